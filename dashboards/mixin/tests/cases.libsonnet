// The five cases of every alert, as unit tests of promtool: a file for each topic, and one for alerts that take hours.
local mixin = import '../mixin.libsonnet';
local case = import 'case.libsonnet';
local topics = {
  exporter: import 'exporter.libsonnet',
  nodes: import 'nodes.libsonnet',
  jobs: import 'jobs.libsonnet',
};
local file(step, specs) = {
  rule_files: ['../recording.yml', '../alerts.yml'],
  evaluation_interval: '%dm' % step,
  group_eval_order: [group.name for group in mixin.prometheusRules.groups + mixin.prometheusAlerts.groups],
  tests: std.flattenArrays([
    case.cases(alert, specs[alert])
    for alert in std.objectFields(specs)
    if case.step(specs[alert]) == step
  ]),
};

{ ['cases-%s.yml' % topic]: file(1, topics[topic]) for topic in std.objectFields(topics) } +
{ 'cases-slow.yml': file(5, import 'specs.libsonnet') }
