// Who uses the cluster: by owner, project, template and priority.
function(config)
  local g = (import '../lib/grafana.libsonnet')(config);
  local kinds = [['owner', 'owner'], ['project', 'project'], ['template', 'job_template'], ['priority', 'priority']];
  local top(expression) = 'topk by (%%(by)s) ($top, %s)' % expression;
  local flag(kind) = 'set --collector.jobs.by=%s' % kind;
  local jobs(kind, label, state) = 'sum by (%%(by)s, %s) (hpcpack_jobs_by_%s{%%(sel)s,state=~"%s"})' % [label, kind, state];

  g.dashboard(
    'breakdowns',
    'Who uses the cluster. The exporter tells it only with --collector.jobs.by=owner,project,template,priority, or some of them: its series name persons.',
    [
      g.stat(
        'Known by ' + kind[0],
        'How many values have series; at most --collector.jobs.by-limit, the others together. Nothing is known until the exporter is started with --collector.jobs.by=%s.' % kind[0],
        'none',
        [g.query('count by (%%(by)s) (count by (%%(by)s, %s) (hpcpack_jobs_by_%s{%%(sel)s}))' % [kind[1], kind[0]])],
        width=6,
        noValue=flag(kind[0])
      )
      for kind in kinds
    ] + std.flattenArrays([
      local kind = one[0], label = one[1];
      local legend = '{{%s}} ({{name}})' % label;
      [
        g.row('By ' + kind),
        g.lines('Allocated cores by ' + kind, 'Cores that jobs hold, of those with most. No data: %s.' % flag(kind), 'none', [
          g.query(top('sum by (%%(by)s, %s) (hpcpack_allocated_cores_by_%s{%%(sel)s})' % [label, kind]), legend),
        ], isStacked=true, noValue=flag(kind)),
        g.lines('Running jobs by ' + kind, 'Jobs that run, of those with most. No data: %s.' % flag(kind), 'none', [g.query(top(jobs(kind, label, 'Running')), legend)], isStacked=true, noValue=flag(kind)),
        g.lines('Queued jobs by ' + kind, 'Jobs that are queued, of those with most. No data: %s.' % flag(kind), 'none', [g.query(top(jobs(kind, label, 'Queued')), legend)], isStacked=true, noValue=flag(kind)),
      ]
      for one in kinds
    ]),
    [g.top]
  )
