// What Alertmanager holds back while the cause of it fires.
{
  local config = $._config,
  local name(alert) = config.alertPrefix + alert,
  local all = std.objectFields(config.alerts),
  local rest(alerts) = [one for one in all if !std.member(alerts, one)],
  local about = {
    certificates: ['CertificateExpiresSoon', 'CertificateExpires'],
    exporter: ['ExporterDown', 'ExporterAbsent'],
  },
  local hold(source, targets, equal=[]) = {
    source_matchers: ['alertname = ' + name(source)],
    target_matchers: ['alertname =~ "%s"' % std.join('|', [name(target) for target in targets])],
    equal: config.targetLabels + equal,
  },

  alertmanagerInhibitRules+:: [
    hold('ExporterDown', rest(about.exporter + about.certificates)),
    hold('ExporterAbsent', rest(about.exporter + about.certificates)),
    hold('APIDown', rest(about.exporter + about.certificates + ['APIDown'])),
    hold('DataStale', ['CollectorFailing'], ['collector']),
    hold('MostNodesUnreachable', [
      'ManyNodesUnreachable',
      'NodesUnreachable',
      'NodeGroupMostlyUnavailable',
      'NodeGroupQueuedWithoutNodes',
      'QueueStuck',
      'QueueTooLong',
      'OldestQueuedJobTooOld',
      'CoresUnderused',
      'JobsStuck',
      'JobFailureRatioHigh',
    ]),
    hold('ManyNodesUnreachable', ['NodesUnreachable']),
    hold('NodeGroupQueuedWithoutNodes', ['NodeGroupMostlyUnavailable'], ['node_group']),
    hold('QueueStuck', ['QueueTooLong', 'OldestQueuedJobTooOld', 'CoresUnderused']),
  ],

  // A whole configuration, so that amtool can check it.
  alertmanagerConfig:: {
    route: { receiver: 'hpcpack', group_by: ['alertname'] + config.targetLabels },
    receivers: [{ name: 'hpcpack' }],
    inhibit_rules: $.alertmanagerInhibitRules,
  },
}
