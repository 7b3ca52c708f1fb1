// Makes the five cases of an alert from one description of what it sees: it fires; it just does not; of several clusters
// with one job and instance only those fire that should; it goes on firing while the exporter restarts; it does not fire
// when a series is absent.
local config = (import '../mixin.libsonnet')._config;

{
  local it = self,

  // A series of minutes: segments [value, minutes] or [value, minutes, step each minute], or ['stale', 1], ['_', n].
  // A counter starts anew when the exporter does.
  series(name, labels, segments):: { name: name, labels: labels, segments: segments, isCounter: false },
  counter(name, labels, segments):: it.series(name, labels, segments) + { isCounter: true },

  local number = (import '../lib/text.libsonnet').number,
  local step(segment) = if std.length(segment) > 2 then segment[2] else 0,
  local isNumber(segment) = std.isNumber(segment[0]),

  local text(segment) =
    local value = segment[0], count = segment[1];
    if !isNumber(segment) then
      if value == '_' then '_x%d' % (count - 1) else std.join(' ', [value for _ in std.range(1, count)])
    else if step(segment) == 0 then '%sx%d' % [number(value), count - 1]
    else '%s%s%sx%d' % [
      number(value),
      if step(segment) < 0 then '-' else '+',
      number(std.abs(step(segment))),
      count - 1,
    ],

  // The segments from one minute up to another.
  local cut(segments, from, to) =
    local starts = std.foldl(
      function(all, segment) all + [all[std.length(all) - 1] + segment[1]], segments, [0]
    );
    std.filter(
      function(segment) segment[1] > 0,
      [
        local segment = segments[i];
        local begin = std.max(from, starts[i]), end = std.min(to, starts[i + 1]);
        if isNumber(segment) then
          [segment[0] + step(segment) * (begin - starts[i]), end - begin, step(segment)]
        else [segment[0], end - begin]
        for i in std.range(0, std.length(segments) - 1)
      ]
    ),

  // The exporter is away for three minutes.
  local restarted(series, minute) =
    local before = cut(series.segments, 0, minute), after = cut(series.segments, minute + 3, 100000);
    local base = if series.isCounter && std.length(after) > 0 && isNumber(after[0]) then after[0][0] else 0;
    series {
      segments: before + [['stale', 1], ['_', 2]] + [
        if isNumber(segment) then [segment[0] - base, segment[1], step(segment)] else segment
        for segment in after
      ],
    },

  local input(all, target) = [
    {
      series: '%s{%s}' % [one.name, std.join(',', (if one.labels == '' then [] else [one.labels]) + [
        '%s="%s"' % [label, target[label]]
        for label in std.objectFields(target)
      ])],
      values: std.join(' ', [text(segment) for segment in one.segments]),
    }
    for one in all
  ],

  local target = { job: 'hpcpack', instance: 'a', cluster: 'east' },
  local firing(name) = 'ALERTS{alertname="%s%s",alertstate="firing"}' % [config.alertPrefix, name],
  local minutes(n) = '%dm' % n,

  // Minutes between evaluations: fewer of them where an alert takes hours.
  step(spec):: if spec.at < 300 then 1 else 5,

  // alert: its name without the prefix; spec: see specs.libsonnet.
  cases(alert, spec)::
    local name = config.alertPrefix + alert;
    local test(case, series, expectations) =
      { name: '%s: %s' % [name, case], interval: '1m', input_series: series } + expectations;
    local none(at) = { alert_rule_test: [{ alertname: name, eval_time: minutes(at), exp_alerts: [] }] };
    local step = it.step(spec);
    local bad = spec.series(true), good = spec.series(false);
    local notAt = if std.objectHas(spec, 'notAt') then spec.notAt else spec.at;
    local labels = if std.objectHas(spec, 'labels') then spec.labels else {};
    [
      test('fires', input(bad, target), {
        alert_rule_test: [{
          alertname: name,
          eval_time: minutes(spec.at),
          exp_alerts: [{
            exp_labels: target + labels + { severity: config.severities[config.alerts[alert].severity] },
            exp_annotations: {
              summary: spec.says[0],
              description: spec.says[1],
              runbook_url: '%s#%s' % [config.runbookURL, std.asciiLower(name)],
            },
          }],
        }],
      }),

      test('just does not fire', input(good, target), none(notAt) + {
        promql_expr_test: [{
          expr: 'count_over_time(%s[%dm])' % [firing(alert), if notAt == spec.at then notAt else 1],
          eval_time: minutes(notAt),
          exp_samples: [],
        }],
      }),

      // Equal in job and instance. One has no label "cluster", but another one of its own.
      test(
        'across clusters',
        input(bad, target) + input(good, target { cluster: 'west' }) + input(bad, target { cluster: 'north' }) +
        input(bad, { job: 'hpcpack', instance: 'a', namespace: 'south' }),
        {
          promql_expr_test: [{
            expr: 'count by (cluster, namespace) (%s)' % firing(alert),
            eval_time: minutes(spec.at),
            exp_samples: [
              { labels: labels, value: 1 }
              for labels in ['{cluster="east"}', '{cluster="north"}', '{namespace="south"}']
            ],
          }],
        }
      ),

      if std.objectHas(spec, 'restart') then
        test('a restart of the exporter', input(spec.restart.series, target), none(spec.restart.at) + {
          promql_expr_test: [{
            expr: 'count_over_time(%s[%dm])' % [firing(alert), spec.restart.at],
            eval_time: minutes(spec.restart.at),
            exp_samples: [],
          }],
        })
      else
        local begin = spec.at + 2 * step;
        test('a restart of the exporter', input([restarted(one, begin) for one in bad], target), {
          promql_expr_test: [{
            expr: 'count by (cluster) (count_over_time(%s[%dm30s]) == 13)' % [firing(alert), 12 * step],
            eval_time: minutes(begin + 11 * step),
            exp_samples: [{ labels: '{cluster="east"}', value: 1 }],
          }],
        }),

      test(
        'its series absent',
        input([one for one in bad if !std.member(spec.absent, one.name)], target),
        {
          promql_expr_test: [{
            expr: firing(alert),
            eval_time: minutes(spec.at),
            exp_samples: if std.objectHas(spec, 'absentFires') then [{ labels: spec.absentFires, value: 1 }] else [],
          }],
        }
      ),
    ],
}
