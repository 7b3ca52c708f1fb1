// A row for each cluster.
function(config)
  local g = (import '../lib/grafana.libsonnet')(config);

  // Recorded where the rules are loaded, else counted from states.
  local usable = |||
    max by (%(by)s) (
      instance:hpcpack_nodes_usable:sum{%(sel)s}
      or
      sum without (state) (hpcpack_nodes{%(sel)s,state="Online"})
      <= (sum without (state) (hpcpack_nodes{%(sel)s}) - hpcpack_unreachable_nodes{%(sel)s})
      or sum without (state) (hpcpack_nodes{%(sel)s}) - hpcpack_unreachable_nodes{%(sel)s}
      or sum without (state) (hpcpack_nodes{%(sel)s,state="Online"})
    )
  |||;
  local used = 'max by (%(by)s) (hpcpack_cores_in_use{%(sel)s} or hpcpack_allocated_cores{%(sel)s})';
  local available = 'sum by (%(by)s) (hpcpack_cores{%(sel)s,state="Online"})';
  local health = |||
    1 + min by (%(by)s) (hpcpack_up{%(sel)s})
    or
    max by (%(by)s) (up{%(sel)s} == 0 and on (%(by)s) last_over_time(hpcpack_exporter_build_info{%(sel)s}[1d]))
  |||;
  local failures = |||
    sum by (%(by)s) (increase(hpcpack_jobs_completed_total{%(sel)s,state="Failed"}[$__range]))
    / (sum by (%(by)s) (increase(hpcpack_jobs_completed_total{%(sel)s}[$__range])) > 0)
  |||;
  // What the link passes on as the cluster: its label, or all where it has none.
  local scoped(expression) =
    'label_replace(label_replace(%s, "scope", "$$__all", "%s", ""), "scope", "$1", "%s", "(.+)")'
    % [expression, config.clusterLabel, config.clusterLabel];
  local states = [[0, 'down', 'red'], [1, 'failing', 'orange'], [2, 'OK', 'green']];
  local first = g.query(health);
  local toOverview = '/d/hpcpack-overview?var-job=${__data.fields.Job:percentencode}&var-cluster=${__data.fields.Scope:percentencode}&var-instance=${__data.fields.Instance:percentencode}&${__url_time_range}&${datasource:queryparam}';

  g.dashboard('fleet', 'All clusters at a glance: a row for each, and what differs between them.', [
    g.stat(
      'Clusters',
      'Exporters that answer, all clusters together.',
      'none',
      [g.raw('count(hpcpack_exporter_build_info{%(sel)s})', 'clusters')],
      width=4,
      textMode='value'
    ),
    g.stat(
      'Failing clusters',
      'Clusters whose exporter is down, or has a collector that fails, all together.',
      'none',
      [g.raw('count((%s) < 2) or 0 * count(hpcpack_exporter_build_info{%%(sel)s})' % std.rstripChars(health, '\n'), 'failing')],
      [['green', null], ['red', 1]],
      width=4,
      textMode='value'
    ),
    g.stat(
      'Cores in use',
      'Of the cores of nodes that are Online, those that run tasks, all clusters together.',
      'percentunit',
      [g.raw('sum(%s) / sum(%s)' % [used, available], 'in use')],
      width=4,
      textMode='value'
    ),
    g.stat(
      'Running jobs',
      'Running jobs, all clusters together.',
      'none',
      [g.raw('sum(hpcpack_jobs{%(sel)s,state="Running"})', 'running')],
      width=4,
      textMode='value'
    ),
    g.stat(
      'Queued jobs',
      'Queued jobs, all clusters together.',
      'none',
      [g.raw('sum(hpcpack_jobs{%(sel)s,state="Queued"})', 'queued')],
      width=4,
      textMode='value'
    ),
    g.stat(
      'Firing alerts',
      'Alerts that fire, all clusters together; needs the rules.',
      'none',
      [g.raw(
        'count(ALERTS{%%(sel)s,alertname=~"%s.+",alertstate="firing"}) or 0 * count(hpcpack_exporter_build_info{%%(sel)s})'
        % config.alertPrefix, 'firing'
      )],
      [['green', null], ['orange', 1]],
      width=4,
      textMode='value'
    ),
    g.table(
      'Clusters now',
      'A row for each cluster. Follow its name to its overview. Failures are those of the time range; the age of the data is that of its oldest collector.',
      [
        first { expr: scoped(first.expr) },
        g.query('max by (%(by)s, version) (hpcpack_cluster_info{%(sel)s})'),
        g.query(usable),
        g.query('sum by (%(by)s) (hpcpack_nodes{%(sel)s})'),
        g.query('%s / (%s > 0)' % [used, available]),
        g.query(available),
        g.query('sum by (%(by)s) (hpcpack_jobs{%(sel)s,state="Running"})'),
        g.query('sum by (%(by)s) (hpcpack_jobs{%(sel)s,state="Queued"})'),
        g.query('time() - min by (%(by)s) (hpcpack_oldest_queued_job_submit_timestamp_seconds{%(sel)s})'),
        g.query(failures),
        g.query('time() - min by (%(by)s) (hpcpack_scrape_collector_last_success_timestamp_seconds{%(sel)s})'),
      ],
      [
        ['name', 'Name', g.link('Overview of ${__value.text}', toOverview)],
        ['Value #A', 'Health', { mappings: g.mapping(states), 'custom.cellOptions': { type: 'color-background' } }],
        ['version', 'Version'],
        ['Value #C', 'Usable nodes'],
        ['Value #D', 'Nodes'],
        ['Value #E', 'Cores in use', g.gauge([['green', null]])],
        ['Value #F', 'Cores online'],
        ['Value #G', 'Running'],
        ['Value #H', 'Queued'],
        ['Value #I', 'Oldest wait', { unit: 's' } + g.text([['text', null], ['orange', 14400], ['red', 86400]])],
        ['Value #J', 'Failed', { unit: 'percentunit' } + g.text([['text', null], ['orange', 0.25], ['red', 0.5]])],
        ['Value #K', 'Data age', { unit: 's' } + g.text([['text', null], ['orange', 300], ['red', 600]])],
        ['Value #B', 'Info'],
        ['job', 'Job'],
        ['instance', 'Instance'],
        ['scope', 'Scope'],
        [config.clusterLabel, 'Label'],
        ['namespace', 'Namespace'],
      ],
      height=14,
      sortBy='Health',
      isDescending=false,
      hidden=['Info', 'Job', 'Instance', 'Scope', 'Label', 'Namespace'],
    ),
    g.row('Over time'),
    g.lines(
      'Fullest clusters',
      'Cores in use, of the cores of nodes that are Online, of the clusters with most.',
      'percentunit',
      [g.query('topk($top, %s / (%s > 0))' % [used, available])]
    ),
    g.lines(
      'Longest queues',
      'Queued jobs of the clusters with most.',
      'none',
      [g.query('topk($top, sum by (%(by)s) (hpcpack_jobs{%(sel)s,state="Queued"}))')]
    ),
    g.lines(
      'Fewest usable nodes',
      'The part of the nodes that can run jobs, of the clusters with least.',
      'percentunit',
      [g.query('bottomk($top, %s / (sum by (%%(by)s) (hpcpack_nodes{%%(sel)s}) > 0))' % std.rstripChars(usable, '\n'))]
    ),
  ], [g.top])
