// Which nodes need attention, and what each of them does.
function(config)
  local g = (import '../lib/grafana.libsonnet')(config);
  local sum(metric, matchers='', labels='') = 'sum by (%%(by)s%s) (%s{%%(sel)s%s})' % [
    if labels == '' then '' else ', ' + labels,
    metric,
    if matchers == '' then '' else ',' + matchers,
  ];
  local ofGroup = 'node_group=~"$node_group"';
  // A per-node series has no node_group, which ".*" matches and a chosen group does not: so "All" takes in nodes that are
  // in no group.
  local chosen = |||
    and on (%(by)s, node) (
      hpcpack_node_group_member{%(sel)s,node_group=~"$node_group"} or hpcpack_node_state{%(sel)s,node_group=~"$node_group"}
    )
  |||;
  local lost = '(hpcpack_node_reachable{%(sel)s} == 0 or (hpcpack_node_health{%(sel)s,health="Error"} == 1))';
  local inState(state) = '(hpcpack_node_state{%%(sel)s,state="%s"} == 1)' % state;
  local problem = |||
    and on (%%(by)s, node) (hpcpack_node_state{%%(sel)s,state!="Online"} == 1 or %s)
  ||| % lost;
  local counted(expression) = |||
    count by (%%(by)s) (%s %s)
    or 0 * sum by (%%(by)s) (hpcpack_node_state{%%(sel)s,state="Online"})
  ||| % [expression, std.strReplace(chosen, '%', '%')];
  local top(expression) = 'topk by (%%(by)s) ($top, %s)' % expression;
  local states = [
    [1, 'Draining', 'orange'],
    [2, 'Offline', 'semi-dark-purple'],
    [3, 'another state', 'yellow'],
    [4, 'unreachable or Error', 'red'],
  ];
  local toNode = '${node_url}${__value.text:percentencode}&${__url_time_range}';
  local columns = [
    ['node', 'Node', g.link('Dashboard of ${__value.text}', toNode)],
    ['name', 'Cluster'],
    ['state', 'State'],
    ['Value #B', 'Reachable', { mappings: g.mapping([[0, 'no', 'red'], [1, 'yes', 'green']]), 'custom.cellOptions': { type: 'color-text' } }],
    ['health', 'Health'],
    ['Value #D', 'Cores'],
    ['Value #E', 'In use'],
    ['Value #F', 'CPU', g.gauge([['green', null], ['orange', 0.9]])],
    ['Value #G', 'Sockets'],
    ['Value #H', 'Memory', { unit: 'bytes' }],
    ['Value #I', 'Online since', { unit: 'dateTimeAsIso' }],
    ['location', 'Location'],
    ['availability', 'Availability'],
    ['template', 'Template'],
    ['Value #A', 'Of state'],
    ['Value #C', 'Of health'],
    ['Value #J', 'Info'],
    ['job', 'Job'],
    ['instance', 'Instance'],
    [config.clusterLabel, 'Label'],
    ['namespace', 'Namespace'],
  ];
  local hidden = ['Of state', 'Of health', 'Info', 'Job', 'Instance', 'Label', 'Namespace'];
  local details(filter) = [
    g.query(std.rstripChars('max by (%(by)s, ' + one[1] + ') (' + one[0] + ') ' + filter + chosen, '\n'))
    for one in [
      ['hpcpack_node_state{%(sel)s} == 1', 'node, state'],
      ['hpcpack_node_reachable{%(sel)s}', 'node'],
      ['hpcpack_node_health{%(sel)s} == 1', 'node, health'],
      ['hpcpack_node_cores{%(sel)s}', 'node'],
      ['hpcpack_node_cores_in_use{%(sel)s}', 'node'],
      ['hpcpack_node_cpu_usage_ratio{%(sel)s}', 'node'],
      ['hpcpack_node_sockets{%(sel)s}', 'node'],
      ['hpcpack_node_memory_bytes{%(sel)s}', 'node'],
      ['1000 * hpcpack_node_online_timestamp_seconds{%(sel)s}', 'node'],
      ['hpcpack_node_info{%(sel)s}', 'node, availability, location, template'],
    ]
  ];

  g.dashboard('nodes', 'Which nodes need attention, what the nodes do, and how the groups are off.', [
    g.stat('Nodes', 'Nodes of the chosen groups.', 'none', [g.query(counted('hpcpack_node_state{%(sel)s,state="Online"}'))], width=4),
    g.stat(
      'Usable',
      'Nodes that are Online and not lost: jobs can run there.',
      'none',
      [g.query(counted('(hpcpack_node_state{%%(sel)s,state="Online"} == 1 unless on (%%(by)s, node) %s)' % lost))],
      width=5
    ),
    g.stat('Lost', 'Nodes that the head node cannot reach, or whose health is Error.', 'none', [g.query(counted(lost))], [['green', null], ['red', 1]], width=5),
    g.stat('Draining', 'Nodes that take no new jobs and wait for their last one.', 'none', [g.query(counted(inState('Draining')))], [['text', null], ['orange', 1]], width=5),
    g.stat('Offline', 'Nodes that take no jobs.', 'none', [g.query(counted(inState('Offline')))], width=5),

    g.row('Problems'),
    g.table(
      'Problem nodes',
      'Nodes that are not Online, cannot be reached or are in Error. Follow the name to the dashboard of that machine, whose address is the variable "Node dashboard".',
      details(problem),
      columns,
      height=9,
      sortBy='State',
      hidden=hidden
    ),
    g.history(
      'Node groups over time',
      'The part of the nodes of each group that is Online.',
      'percentunit',
      [g.query('%s / (%s > 0)' % [sum('hpcpack_node_group_nodes', 'state="Online",' + ofGroup, 'node_group'), sum('hpcpack_node_group_nodes', ofGroup, 'node_group')], '{{node_group}} ({{name}})')],
      steps=[['red', null], ['orange', 0.5], ['green', 0.9]],
      height=10
    ),
    g.history(
      'Problem nodes over time',
      'What was wrong with each node that is not Online, cannot be reached or is in Error.',
      'none',
      [g.query(|||
        max by (%%(by)s, node) (
          %(lost)s * 0 + 4
          or (hpcpack_node_state{%%(sel)s,state!~"Online|Draining|Offline"} == 1) + 2
          or (hpcpack_node_state{%%(sel)s,state="Offline"} == 1) + 1
          or (hpcpack_node_state{%%(sel)s,state="Draining"} == 1)
        ) %(chosen)s
      ||| % { lost: lost, chosen: std.rstripChars(std.strReplace(chosen, '%', '%'), '\n') }, '{{node}} ({{name}})')],
      mappings=g.mapping(states),
      height=10
    ),

    g.row('Use'),
    g.lines('Cores in use', 'Cores that run tasks, and cores of nodes that are Online.', 'none', [g.query(sum('hpcpack_cores_in_use'), 'in use ({{name}})'), g.query(sum('hpcpack_cores', 'state="Online"'), 'available ({{name}})')]),
    g.lines('Cores in use by node group', 'Cores that run tasks, of the groups with most.', 'none', [g.query(top(sum('hpcpack_node_group_cores_in_use', ofGroup, 'node_group')), '{{node_group}} ({{name}})')]),
    g.lines(
      'Fullest nodes',
      'Cores in use of the cores of a node, of those with most.',
      'percentunit',
      [g.query(top('max by (%(by)s, node) (hpcpack_node_cores_in_use{%(sel)s}) / (max by (%(by)s, node) (hpcpack_node_cores{%(sel)s}) > 0) ' + std.rstripChars(chosen, '\n')), '{{node}} ({{name}})')],
      max=1
    ),
    g.lines(
      'Busiest nodes',
      'Processor time in use, of the nodes with most; only HPC Pack 2019 tells it.',
      'percentunit',
      [g.query(top('max by (%(by)s, node) (hpcpack_node_cpu_usage_ratio{%(sel)s}) ' + std.rstripChars(chosen, '\n')), '{{node}} ({{name}})')],
      max=1
    ),
    g.lines('Nodes by health', 'Distinct nodes by health; only HPC Pack 2019 tells it.', 'none', [g.query(sum('hpcpack_nodes_by_health', '', 'health'), '{{health}} ({{name}})')], isStacked=true),
    g.lines(
      'Unhealthy nodes by node group',
      'Nodes of the groups whose health is not OK, of those with most; only HPC Pack 2019 tells it.',
      'none',
      [g.query(top(sum('hpcpack_node_group_nodes_by_health', ofGroup + ',health!="OK"', 'node_group, health') + ' > 0'), '{{health}} {{node_group}} ({{name}})')]
    ),

    g.row('Capacity'),
    g.lines('Cores by node state', 'Cores of nodes by the state of the node.', 'none', [g.query(sum('hpcpack_cores', '', 'state'), '{{state}} ({{name}})')], isStacked=true),
    g.lines('Online cores by node group', 'Cores of nodes that are Online, of the groups with most.', 'none', [g.query(top(sum('hpcpack_node_group_cores', 'state="Online",' + ofGroup, 'node_group')), '{{node_group}} ({{name}})')]),
    g.lines('Nodes of the groups by state', 'Member nodes by state, of the groups with most.', 'none', [g.query(top(sum('hpcpack_node_group_nodes', ofGroup, 'node_group, state') + ' > 0'), '{{state}} {{node_group}} ({{name}})')]),
    g.lines('Unreachable nodes by node group', 'Member nodes that cannot be reached, of the groups with most; only HPC Pack 2016 tells it.', 'none', [g.query(top(sum('hpcpack_node_group_unreachable_nodes', ofGroup, 'node_group')), '{{node_group}} ({{name}})')]),
    g.lines(
      'Memory of online nodes',
      'Memory of the nodes of the chosen groups that are Online.',
      'bytes',
      [g.query('sum by (%(by)s) (hpcpack_node_memory_bytes{%(sel)s} and on (%(by)s, node) (hpcpack_node_state{%(sel)s,state="Online"} == 1) ' + std.rstripChars(chosen, '\n') + ')')]
    ),
    g.lines('Queued and running jobs by node group', 'Jobs that name the group, of the groups with most.', 'none', [g.query(top(sum('hpcpack_node_group_jobs', 'state=~"Queued|Running",' + ofGroup, 'node_group, state')), '{{state}} {{node_group}} ({{name}})')]),

    g.row('All nodes'),
    g.table('All nodes of the chosen groups', 'Every node of the chosen groups, with what its head node tells. Follow the name to the dashboard of that machine.', details(''), columns, height=14, sortBy='Node', isDescending=false, hidden=hidden),
  ], [
    g.variable(
      'node_group',
      'Node group',
      'label_values(hpcpack_node_group_nodes{job=~"$job",%s=~"$cluster",instance=~"$instance"}, node_group)' % config.clusterLabel,
      'Groups whose nodes are shown',
      '.*'
    ),
    g.top,
    g.textbox(
      'node_url',
      'Node dashboard',
      'Where a node is shown by windows_exporter or node_exporter; the name of the node follows',
      config.nodeDashboardURL
    ),
  ])
