// Dashboards of Grafana, by the name of their file.
{
  local config = $._config,

  grafanaDashboards+:: {
    ['hpcpack-%s.json' % name]: boards[name](config)
    for name in std.objectFields(boards)
  },

  local boards = {
    fleet: import 'fleet.libsonnet',
    overview: import 'overview.libsonnet',
    nodes: import 'nodes.libsonnet',
    breakdowns: import 'breakdowns.libsonnet',
    exporter: import 'exporter.libsonnet',
  },
}
