// Panels and frames of dashboards, of Grafana's classic model (schema 39, Grafana 10 and later).
function(config) {
  local it = self,

  datasource:: { type: 'prometheus', uid: '${datasource}' },

  // What tells clusters apart, and what each selector is bound to.
  by: std.join(', ', config.targetLabels),
  selector:
    'job=~"$job",%s=~"$cluster",instance=~"$instance"' % config.clusterLabel +
    (if config.selector == '' then '' else ',' + config.selector),

  // Fills in %(sel)s and %(by)s, and gives each series a label "name": that of its cluster, else its instance.
  fill(expression, more={}):: std.rstripChars(expression, '\n') % ({ sel: it.selector, by: it.by } + more),
  named(expression)::
    'label_replace(label_join(%s, "name", ";", "%s", "instance"), "name", "$1", "name", ";?([^;]+).*")' % [
      expression,
      config.clusterLabel,
    ],

  // A query; with its own names, or as of a cluster.
  query(expression, legend='{{name}}', more={}):: {
    expr: it.named(it.fill(expression, more)),
    legendFormat: legend,
  },
  raw(expression, legend, more={}):: { expr: it.fill(expression, more), legendFormat: legend },

  local letters = std.stringChars('ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  local targets(queries, isInstant, format) = [
    {
      datasource: it.datasource,
      editorMode: 'code',
      refId: letters[i],
      instant: isInstant,
      range: !isInstant,
    } + queries[i] + (if format == null then {} else { format: format })
    + (if format == 'table' then { legendFormat:: null } else {})
    for i in std.range(0, std.length(queries) - 1)
  ],

  local panel(type, title, description, unit, width, height) = {
    type: type,
    title: title,
    description: description,
    datasource: it.datasource,
    gridPos: { w: width, h: height },
    fieldConfig: { defaults: { unit: unit }, overrides: [] },
  },

  // [[colour, from], ...], the first one from the bottom.
  steps(steps):: {
    mode: 'absolute',
    steps: [{ color: steps[i][0], value: if i == 0 then null else steps[i][1] } for i in std.range(0, std.length(steps) - 1)],
  },
  plain:: [['text', null]],

  // Values that have a name and a colour: [[value, text, colour], ...].
  mapping(values):: [{
    type: 'value',
    options: {
      ['%d' % values[i][0]]: { text: values[i][1], color: values[i][2], index: i }
      for i in std.range(0, std.length(values) - 1)
    },
  }],

  // The colour of a state is the same everywhere.
  local colors = {
    green: ['Online', 'OK', 'Finished', 'in use'],
    blue: ['Running', 'Dispatching', 'allocated'],
    yellow: ['Queued', 'Submitted', 'Warning', 'Transitional'],
    orange: ['Draining', 'Finishing', 'Canceling', 'Stopping', 'Starting', 'Provisioning'],
    'semi-dark-purple': ['Offline', 'NotDeployed', 'Removing', 'Unapproved'],
    red: ['Failed', 'Error', 'unreachable', 'Rejected'],
    'light-blue': ['Configuring', 'Validating', 'ExternalValidation', 'available'],
    purple: ['Unknown', 'Canceled'],
  },
  local stateColors = [
    {
      matcher: { id: 'byRegexp', options: '/^(%s)( |$)/' % std.join('|', colors[color]) },
      properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }],
    }
    for color in std.objectFields(colors)
  ],

  override(name, properties):: {
    matcher: { id: 'byName', options: name },
    properties: [{ id: id, value: properties[id] } for id in std.objectFields(properties)],
  },

  stat(title, description, unit, queries, steps=it.plain, width=3, height=4, mappings=[], noValue='unknown', textMode='value_and_name')::
    panel('stat', title, description, unit, width, height) + {
      fieldConfig+: {
        defaults+: { color: { mode: 'thresholds' }, thresholds: it.steps(steps), mappings: mappings, noValue: noValue },
      },
      options: {
        colorMode: 'value',
        graphMode: 'none',
        justifyMode: 'auto',
        orientation: 'auto',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        textMode: textMode,
        wideLayout: true,
      },
      targets: targets(queries, true, null),
    },

  // Lines; a legend that may be long is a table with the last and the greatest value.
  lines(title, description, unit, queries, width=8, height=8, isStacked=false, max=null, overrides=[], noValue=null)::
    panel('timeseries', title, description, unit, width, height) + {
      fieldConfig+: {
        defaults+: {
          color: { mode: 'palette-classic' },
          min: 0,
          custom: {
            axisBorderShow: false,
            axisLabel: '',
            axisPlacement: 'auto',
            axisSoftMin: 0,
            drawStyle: 'line',
            fillOpacity: if isStacked then 60 else 10,
            gradientMode: 'none',
            lineInterpolation: 'linear',
            lineWidth: 1,
            pointSize: 4,
            scaleDistribution: { type: 'linear' },
            showPoints: 'never',
            spanNulls: false,
            stacking: { group: 'A', mode: if isStacked then 'normal' else 'none' },
          },
        } + (if max == null then {} else { max: max }) + (if noValue == null then {} else { noValue: noValue }),
        overrides: stateColors + overrides,
      },
      options: {
        legend: {
          calcs: ['lastNotNull', 'max'],
          displayMode: 'table',
          placement: 'bottom',
          showLegend: true,
          sortBy: 'Last *',
          sortDesc: true,
        },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
      targets: targets(queries, false, null),
    },

  // Not stacked and without filling, on top of what is stacked.
  onTop(refId):: {
    matcher: { id: 'byFrameRefID', options: refId },
    properties: [
      { id: 'custom.stacking', value: { group: 'A', mode: 'none' } },
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.lineWidth', value: 2 },
    ],
  },

  // columns: [[source, title, properties], ...] in their order, where the source is a label or "Value #A".
  table(title, description, queries, columns, width=24, height=10, sortBy=null, isDescending=true, hidden=[])::
    panel('table', title, description, 'none', width, height) + {
      fieldConfig+: {
        defaults+: {
          color: { mode: 'thresholds' },
          thresholds: it.steps(it.plain),
          custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: true, inspect: false },
        },
        overrides: [it.override(column[1], column[2]) for column in columns if std.length(column) > 2]
                   + [it.override(name, { 'custom.hidden': true }) for name in hidden],
      },
      options: {
        cellHeight: 'sm',
        footer: { countRows: false, enablePagination: true, fields: '', reducer: ['sum'], show: false },
        showHeader: true,
        sortBy: if sortBy == null then [] else [{ displayName: sortBy, desc: isDescending }],
      },
      targets: targets(queries, true, 'table'),
      transformations: [
        { id: 'merge', options: {} },
        {
          id: 'organize',
          options: {
            excludeByName: { Time: true },
            indexByName: { [columns[i][0]]: i for i in std.range(0, std.length(columns) - 1) },
            renameByName: { [column[0]]: column[1] for column in columns },
          },
        },
      ],
    },

  text(steps):: { 'custom.cellOptions': { type: 'color-text' }, thresholds: it.steps(steps) },
  gauge(steps):: {
    unit: 'percentunit',
    min: 0,
    max: 1,
    'custom.cellOptions': { mode: 'gradient', type: 'gauge', valueDisplayMode: 'text' },
    thresholds: it.steps(steps),
  },
  link(title, url):: { links: [{ title: title, url: url, targetBlank: false }] },

  heatmap(title, description, unit, expression, width=8, height=8)::
    panel('heatmap', title, description, unit, width, height) + {
      fieldConfig+: { defaults+: { custom: { hideFrom: { legend: false, tooltip: false, viz: false } } } },
      options: {
        calculate: false,
        cellGap: 1,
        color: { mode: 'scheme', scheme: 'Blues', steps: 64, exponent: 0.5, reverse: false, fill: 'blue' },
        exemplars: { color: 'rgba(255,0,255,0.7)' },
        filterValues: { le: 1e-9 },
        legend: { show: true },
        rowsFrame: { layout: 'auto' },
        tooltip: { mode: 'single', yHistogram: false, showColorScale: false },
        yAxis: { axisPlacement: 'left', reverse: false, unit: unit },
      },
      targets: targets([it.raw(expression, '{{le}}')], false, 'heatmap'),
    },

  history(title, description, unit, queries, mappings=[], steps=it.plain, width=12, height=8)::
    panel('state-timeline', title, description, unit, width, height) + {
      fieldConfig+: {
        defaults+: {
          color: { mode: 'thresholds' },
          thresholds: it.steps(steps),
          mappings: mappings,
          custom: { fillOpacity: 70, lineWidth: 0, spanNulls: false },
        },
      },
      options: {
        alignValue: 'left',
        legend: { displayMode: 'list', placement: 'bottom', showLegend: mappings != [] },
        mergeValues: true,
        perPage: 20,
        rowHeight: 0.9,
        showValue: 'never',
        tooltip: { mode: 'single', sort: 'none' },
      },
      targets: targets(queries, false, null),
    },

  row(title):: { type: 'row', title: title, collapsed: false, panels: [], gridPos: { w: 24, h: 1 } },

  // Puts panels side by side in the order in which they come.
  local layout(panels) = std.foldl(
    function(state, panel)
      local w = panel.gridPos.w, h = panel.gridPos.h;
      local wraps = state.x + w > 24;
      local x = if wraps then 0 else state.x, y = if wraps then state.y + state.h else state.y;
      {
        x: x + w,
        y: y,
        h: if wraps then h else std.max(h, state.h),
        panels: state.panels + [panel { id: std.length(state.panels) + 1, gridPos: { x: x, y: y, w: w, h: h } }],
      },
    panels,
    { x: 0, y: 0, h: 0, panels: [] },
  ).panels,

  variable(name, label, query, description, allValue='.+'):: {
    name: name,
    label: label,
    description: description,
    type: 'query',
    datasource: it.datasource,
    definition: query,
    query: { qryType: 1, query: query, refId: 'PrometheusVariableQueryEditor-VariableQuery' },
    multi: true,
    includeAll: true,
    allValue: allValue,
    current: { selected: true, text: ['All'], value: ['$__all'] },
    options: [],
    refresh: 2,
    regex: '',
    hide: 0,
    skipUrlSync: false,
    sort: 5,
  },

  // How many series the panels show that have the most of something.
  top:: {
    name: 'top',
    label: 'Top',
    description: 'How many lines panels show that show those with the most',
    type: 'custom',
    query: '5,10,20,50',
    current: { selected: true, text: '10', value: '10' },
    options: [{ selected: n == '10', text: n, value: n } for n in ['5', '10', '20', '50']],
    multi: false,
    includeAll: false,
    hide: 0,
    skipUrlSync: false,
  },

  textbox(name, label, description, value):: {
    name: name,
    label: label,
    description: description,
    type: 'textbox',
    query: value,
    current: { selected: true, text: value, value: value },
    options: [{ selected: true, text: value, value: value }],
    hide: 0,
    skipUrlSync: false,
  },

  local annotation(name, color, expression, title, tags) = {
    name: name,
    datasource: it.datasource,
    enable: true,
    hide: false,
    iconColor: color,
    expr: it.named(it.fill(expression)),
    step: '60s',
    titleFormat: title,
    tagKeys: tags,
    textFormat: '{{name}}',
    useValueForTime: false,
  },
  // A series that was not there some minutes ago, of a target that was.
  local changed(series, label) = |||
    (
      last_over_time(%(series)s[2m]) unless on (%%(by)s, %(label)s) last_over_time(%(series)s[15m] offset 2m)
    ) and on (%%(by)s) last_over_time(%(series)s[15m] offset 2m)
  ||| % { series: series, label: label },

  annotations:: [
    annotation(
      'Firing alerts',
      'red',
      'ALERTS{%%(sel)s,alertname=~"%s.+",alertstate="firing"}' % config.alertPrefix,
      '{{alertname}}',
      'severity,node_group,collector'
    ),
    annotation(
      'Failover',
      'orange',
      changed('hpcpack_cluster_info{%(sel)s,active_head_node!=""}', 'active_head_node'),
      'Active head node: {{active_head_node}}',
      'active_head_node'
    ),
    annotation(
      'Exporter restart',
      'blue',
      'changes(process_start_time_seconds{%(sel)s}[2m]) > 0 and on (%(by)s) hpcpack_exporter_build_info{%(sel)s}',
      'Exporter restarted',
      'instance'
    ),
    annotation(
      'Version of HPC Pack',
      'purple',
      changed('hpcpack_cluster_info{%(sel)s}', 'version'),
      'HPC Pack {{version}}',
      'version'
    ),
    annotation(
      'Version of the exporter',
      'purple',
      changed('hpcpack_exporter_build_info{%(sel)s}', 'version'),
      'Exporter {{version}}',
      'version'
    ),
  ],

  boards:: { fleet: 'Fleet', overview: 'Overview', nodes: 'Nodes', breakdowns: 'Breakdowns', exporter: 'Exporter' },

  dashboard(key, description, panels, variables=[], from='now-6h'):: {
    uid: 'hpcpack-' + key,
    title: 'HPC Pack / ' + it.boards[key],
    description: description,
    id: null,
    version: 1,
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    tags: ['hpcpack'],
    time: { from: from, to: 'now' },
    timepicker: {},
    timezone: '',
    weekStart: '',
    fiscalYearStartMonth: 0,
    annotations: {
      list: [{
        builtIn: 1,
        datasource: { type: 'grafana', uid: '-- Grafana --' },
        enable: true,
        hide: true,
        iconColor: 'rgba(0, 211, 255, 1)',
        name: 'Annotations & Alerts',
        type: 'dashboard',
      }] + it.annotations,
    },
    links: [
      {
        type: 'link',
        title: it.boards[other],
        url: '/d/hpcpack-' + other,
        icon: 'dashboard',
        tooltip: '',
        tags: [],
        asDropdown: false,
        includeVars: true,
        keepTime: true,
        targetBlank: false,
      }
      for other in ['fleet', 'overview', 'nodes', 'breakdowns', 'exporter']
      if other != key
    ],
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Data source',
          type: 'datasource',
          query: 'prometheus',
          current: {},
          options: [],
          multi: false,
          includeAll: false,
          hide: 0,
          refresh: 1,
          regex: '',
          skipUrlSync: false,
        },
        it.variable('job', 'Job', 'label_values(hpcpack_exporter_build_info, job)', 'Scrape job of the exporters'),
        it.variable(
          'cluster',
          'Cluster',
          'label_values(hpcpack_exporter_build_info{job=~"$job"}, %s)' % config.clusterLabel,
          'The label that names the cluster; without it choose the instance',
          '.*'
        ),
        it.variable(
          'instance',
          'Instance',
          'label_values(hpcpack_exporter_build_info{job=~"$job",%s=~"$cluster"}, instance)' % config.clusterLabel,
          'One exporter, so one cluster, for each instance'
        ),
      ] + variables,
    },
    panels: layout(panels),
  },
}
