// How a cluster is: whether it works, how busy it is, what waits.
function(config)
  local g = (import '../lib/grafana.libsonnet')(config);
  local sum(metric, matchers='', labels='') = 'sum by (%%(by)s%s) (%s{%%(sel)s%s})' % [
    if labels == '' then '' else ', ' + labels,
    metric,
    if matchers == '' then '' else ',' + matchers,
  ];
  local active = 'state!~"Finished|Failed|Canceled"';
  local top(expression) = 'topk by (%%(by)s) ($top, %s)' % expression;
  local quantile(q, metric, labels='') =
    'histogram_quantile(%s, sum by (%%(by)s%s, le) (rate(%s_bucket{%%(sel)s}[$__rate_interval])))' % [q, labels, metric];
  local failures(metric, labels='') = |||
    sum by (%%(by)s%(labels)s) (increase(%(metric)s{%%(sel)s,state="Failed"}[$__rate_interval]))
    / (sum by (%%(by)s%(labels)s) (increase(%(metric)s{%%(sel)s}[$__rate_interval])) > 0)
  ||| % { metric: metric, labels: labels };
  local toNodes = '/d/hpcpack-nodes?var-node_group=${__value.text:percentencode}&${job:queryparam}&${cluster:queryparam}&var-instance=${__data.fields.Instance:percentencode}&${__url_time_range}&${datasource:queryparam}';

  g.dashboard('overview', 'How the cluster is: whether it works, how busy it is, what waits, and what comes out of it.', [
    g.stat(
      'Collectors',
      'Whether every collector of the exporter succeeded in its last round.',
      'none',
      [g.query('min by (%(by)s) (hpcpack_up{%(sel)s})')],
      [['red', null], ['green', 1]],
      mappings=g.mapping([[0, 'failing', 'red'], [1, 'OK', 'green']])
    ),
    g.stat(
      'Nodes online / total',
      'Distinct nodes in state Online, and all that the head node knows. One that is Online may still be unreachable.',
      'none',
      [g.query(sum('hpcpack_nodes', 'state="Online"'), 'online ({{name}})'), g.query(sum('hpcpack_nodes'), 'total ({{name}})')]
    ),
    g.stat(
      'Lost nodes',
      'Nodes that the head node cannot reach (HPC Pack 2016), or whose health is Error (2019).',
      'none',
      [g.query('sum by (%(by)s) (hpcpack_unreachable_nodes{%(sel)s} or hpcpack_nodes_by_health{%(sel)s,health="Error"})')],
      [['green', null], ['red', 1]]
    ),
    g.stat(
      'Cores in use',
      'Of the cores of nodes that are Online, those that run tasks; those that jobs hold, where the server does not tell.',
      'percentunit',
      [g.query('max by (%%(by)s) (hpcpack_cores_in_use{%%(sel)s} or hpcpack_allocated_cores{%%(sel)s}) / (%s > 0)' % sum('hpcpack_cores', 'state="Online"'))]
    ),
    g.stat('Running jobs', 'Jobs that run.', 'none', [g.query(sum('hpcpack_jobs', 'state="Running"'))]),
    g.stat(
      'Queued / held jobs',
      'Jobs that are queued, and those among them that are held until a time that has not come.',
      'none',
      [g.query(sum('hpcpack_jobs', 'state="Queued"'), 'queued ({{name}})'), g.query(sum('hpcpack_held_jobs'), 'held ({{name}})')]
    ),
    g.stat(
      'Oldest queued job',
      'How long the job has waited that waits longest and is not held; 0 when none is queued.',
      's',
      [g.query(|||
        (time() - min by (%(by)s) (hpcpack_oldest_queued_job_submit_timestamp_seconds{%(sel)s}))
        or (sum by (%(by)s) (hpcpack_jobs{%(sel)s,state="Queued"}) == 0)
      |||)],
      [['text', null], ['orange', 14400], ['red', 86400]]
    ),
    g.stat(
      'Failed in range',
      'Jobs that ended as Failed within the time range.',
      'none',
      [g.query('round(sum by (%(by)s) (increase(hpcpack_jobs_completed_total{%(sel)s,state="Failed"}[$__range])))')]
    ),
    g.lines(
      'Cores: available, allocated, in use',
      'Cores of nodes that are Online, those that jobs hold, and those that run tasks.',
      'none',
      [
        g.query(sum('hpcpack_cores', 'state="Online"'), 'available ({{name}})'),
        g.query(sum('hpcpack_allocated_cores'), 'allocated ({{name}})'),
        g.query(sum('hpcpack_cores_in_use'), 'in use ({{name}})'),
      ]
    ),
    g.lines('Active jobs by state', 'Jobs that have not ended.', 'none', [g.query(sum('hpcpack_jobs', active, 'state'), '{{state}} ({{name}})')], isStacked=true),
    g.lines(
      'Why jobs wait',
      'Queued jobs by the reason that the scheduler gives, and those that are held.',
      'none',
      [g.query(sum('hpcpack_pending_jobs', '', 'reason') + ' > 0', '{{reason}} ({{name}})'), g.query(sum('hpcpack_held_jobs'), 'held ({{name}})')]
    ),

    g.row('Utilisation'),
    g.lines('Cores in use by node group', 'Cores that run tasks, of the groups with most. A node in two groups counts in both.', 'none', [g.query(top(sum('hpcpack_node_group_cores_in_use', '', 'node_group')), '{{node_group}} ({{name}})')]),
    g.lines(
      'Allocated cores by node group',
      'Cores that jobs hold, by the groups that they name, of the groups with most; a job counts in each.',
      'none',
      [
        g.query(top(sum('hpcpack_node_group_allocated_cores', '', 'node_group')), '{{node_group}} ({{name}})'),
        g.query(sum('hpcpack_ungrouped_allocated_cores'), 'no group ({{name}})'),
      ]
    ),
    g.lines('Resources that the queue asks for', 'The least that queued jobs ask for, in the unit in which each counts.', 'none', [g.query(sum('hpcpack_queued_resources', '', 'unit'), '{{unit}} ({{name}})')]),
    g.lines('Queued resources by node group', 'The same by the groups that the jobs name, of the groups with most.', 'none', [g.query(top(sum('hpcpack_node_group_queued_resources', '', 'node_group, unit')), '{{node_group}}, {{unit}} ({{name}})')]),
    g.lines(
      'Nodes by state',
      'Distinct nodes by state, stacked; the line is those that are unreachable.',
      'none',
      [g.query(sum('hpcpack_nodes', '', 'state'), '{{state}} ({{name}})'), g.query(sum('hpcpack_unreachable_nodes'), 'unreachable ({{name}})')],
      isStacked=true,
      overrides=[g.onTop('B')]
    ),
    g.lines('Nodes by health', 'Distinct nodes by health; only HPC Pack 2019 tells it.', 'none', [g.query(sum('hpcpack_nodes_by_health', '', 'health'), '{{health}} ({{name}})')], isStacked=true),
    g.table(
      'Node groups',
      'One line for each node group. A node or job in two groups counts in both, so columns do not add up to the cluster. Follow the group to its nodes.',
      [
        g.query(sum('hpcpack_node_group_nodes', '', 'node_group')),
        g.query('%s / (%s > 0)' % [sum('hpcpack_node_group_nodes', 'state="Online"', 'node_group'), sum('hpcpack_node_group_nodes', '', 'node_group')]),
        g.query('sum by (%(by)s, node_group) (hpcpack_node_group_unreachable_nodes{%(sel)s} or hpcpack_node_group_nodes_by_health{%(sel)s,health="Error"})'),
        g.query(sum('hpcpack_node_group_cores', '', 'node_group')),
        g.query(sum('hpcpack_node_group_jobs', 'state="Running"', 'node_group')),
        g.query(sum('hpcpack_node_group_jobs', 'state="Queued"', 'node_group')),
        g.query('time() - min by (%(by)s, node_group) (hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds{%(sel)s})'),
      ],
      [
        ['node_group', 'Node group', g.link('Nodes of ${__value.text}', toNodes)],
        ['name', 'Cluster'],
        ['Value #A', 'Nodes'],
        ['Value #B', 'Online', g.gauge([['red', null], ['orange', 0.5], ['green', 0.9]])],
        ['Value #C', 'Lost', g.text([['green', null], ['red', 1]])],
        ['Value #D', 'Cores'],
        ['Value #E', 'Running'],
        ['Value #F', 'Queued'],
        ['Value #G', 'Oldest wait', { unit: 's' } + g.text([['text', null], ['orange', 14400], ['red', 86400]])],
        ['job', 'Job'],
        ['instance', 'Instance'],
        [config.clusterLabel, 'Label'],
        ['namespace', 'Namespace'],
      ],
      sortBy='Queued',
      hidden=['Job', 'Instance', 'Label', 'Namespace']
    ),

    g.row('Jobs and tasks'),
    g.lines('Ended jobs by state', 'Ended jobs that the scheduler still holds; it purges them after some days.', 'none', [g.query(sum('hpcpack_jobs', 'state=~"Finished|Failed|Canceled"', 'state'), '{{state}} ({{name}})')], isStacked=true),
    g.lines('Tasks by state', 'Tasks of jobs that have not ended, as the exporter counts them.', 'none', [g.query(sum('hpcpack_tasks', '', 'state'), '{{state}} ({{name}})')], isStacked=true),
    g.lines('Running tasks by node group', 'Running tasks by the groups that their job names, of the groups with most.', 'none', [g.query(top(sum('hpcpack_node_group_tasks', 'state="Running"', 'node_group')), '{{node_group}} ({{name}})')]),
    g.lines('Queued jobs by node group', 'Queued jobs by the groups that they name, of the groups with most.', 'none', [g.query(top(sum('hpcpack_node_group_jobs', 'state="Queued"', 'node_group')), '{{node_group}} ({{name}})')]),
    g.lines('Running jobs by node group', 'Running jobs by the groups that they name, of the groups with most.', 'none', [g.query(top(sum('hpcpack_node_group_jobs', 'state="Running"', 'node_group')), '{{node_group}} ({{name}})')]),
    g.lines(
      'Outside of any group',
      'Nodes in no group, and active jobs and tasks that name none.',
      'none',
      [
        g.query(sum('hpcpack_ungrouped_nodes'), 'nodes ({{name}})'),
        g.query(sum('hpcpack_ungrouped_jobs', active), 'jobs ({{name}})'),
        g.query(sum('hpcpack_ungrouped_tasks', active), 'tasks ({{name}})'),
      ]
    ),

    g.row('Flow'),
    g.lines('Jobs ended in an hour', 'Ended jobs by final state, at the present rate.', 'none', [g.query('3600 * sum by (%(by)s, state) (rate(hpcpack_jobs_completed_total{%(sel)s}[$__rate_interval]))', '{{state}} ({{name}})')], isStacked=true),
    g.lines('Failure ratio', 'Failed jobs of those that ended.', 'percentunit', [g.query(failures('hpcpack_jobs_completed_total'))], max=1),
    g.lines('Failure ratio by node group', 'Failed jobs of those that ended, of the groups with most.', 'percentunit', [g.query(top(failures('hpcpack_node_group_jobs_completed_total', ', node_group')), '{{node_group}} ({{name}})')], max=1),
    g.lines(
      'Queue wait: median, 90 %, 99 %',
      'From submit to start, of jobs that started.',
      's',
      [g.query(quantile(q[0], 'hpcpack_job_queue_wait_seconds'), q[1] + ' ({{name}})') for q in [['0.5', 'median'], ['0.9', '90 %'], ['0.99', '99 %']]]
    ),
    g.heatmap('Queue wait, distribution', 'From submit to start, of jobs that started, chosen clusters together.', 's', 'sum by (le) (increase(hpcpack_job_queue_wait_seconds_bucket{%(sel)s}[$__rate_interval]))'),
    g.lines('Queue wait by node group, 90 %', 'The same by the groups that the jobs name, of the groups with the longest.', 's', [g.query(top(quantile('0.9', 'hpcpack_node_group_job_queue_wait_seconds', ', node_group')), '{{node_group}} ({{name}})')]),
    g.lines(
      'Run time: median, 90 %',
      'From start to end, of jobs that ended, by final state.',
      's',
      [g.query(quantile(q[0], 'hpcpack_job_run_seconds', ', state'), '{{state}} %s ({{name}})' % q[1]) for q in [['0.5', 'median'], ['0.9', '90 %']]],
      width=12
    ),
    g.table(
      'Clusters',
      'Version and active head node, and how many job templates there are.',
      [g.query('max by (%(by)s, version, active_head_node) (hpcpack_cluster_info{%(sel)s})'), g.query('max by (%(by)s) (hpcpack_job_templates{%(sel)s})')],
      [
        ['name', 'Cluster'],
        ['version', 'Version'],
        ['active_head_node', 'Active head node'],
        ['Value #B', 'Job templates'],
        ['Value #A', 'Info'],
        ['job', 'Job'],
        ['instance', 'Instance'],
        [config.clusterLabel, 'Label'],
        ['namespace', 'Namespace'],
      ],
      width=12,
      height=8,
      hidden=['Info', 'Job', 'Label', 'Namespace']
    ),
  ], [g.top])
