// Every setting of rules, alerts, runbook links and dashboards. To change one, without editing this file:
//   (import 'hpcpack-exporter/dashboards/mixin/mixin.libsonnet') + { _config+:: { alerts+: { QueueTooLong+: { jobs: 50 } } } }
{
  _config+:: {
    // What the exporters' series are narrowed to, such as 'env="prod"'; all by default.
    selector: '',
    // The targets that are exporters though they may never have answered.
    exporterSelector: 'job=~"(?i).*hpc-?pack.*"',

    // The labels that tell one cluster from another. Rules keep every label of a target, whatever it is called. This list
    // is for what must name them: texts that ask Prometheus for names, inhibition, and dashboards. Add your own to it.
    targetLabels: ['job', 'instance', 'cluster', 'namespace'],
    // The label that holds the cluster's name; without it texts and legends say the instance.
    clusterLabel: 'cluster',

    alertPrefix: 'HPCPack',
    severities: { critical: 'critical', warning: 'warning', info: 'info' },
    // CHANGE THIS ONE THING: where the runbook is; the alert's name in lower case follows as the anchor.
    runbookURL: 'dashboards/RUNBOOK.md',

    // After a restart of the exporter, or a failed scrape, conditions hold for this long: nothing resolves and fires anew.
    lookback: '10m',
    // A collector with a longer interval is judged by its missed rounds, since one of them lasts as long as an outage.
    longInterval: '150s',

    // Node groups that HPC Pack makes, by what their nodes are for. All else is a group of the site.
    headNodeGroups: '(?i)headnodes',
    brokerNodeGroups: '(?i)wcfbrokernodes',
    // Groups whose nodes come and go on purpose: only those Online are expected to be usable.
    onDemandNodeGroups: '(?i)azurenodes|azureiaasnodes|azurebatchpools|workstationnodes|unmanagedservernodes',
    // States of nodes that are not there, are coming or are going (HPC Pack 2019).
    absentNodeStates: 'NotDeployed|Provisioning|Starting|Stopping|Removing|Rejected',

    // Where the nodes' dashboard links to windows_exporter or node_exporter; the node's name follows.
    nodeDashboardURL: '/d/windows?var-instance=',

    // Per alert: how severe, how long its condition must hold ("for"), and its thresholds. "enabled: false" leaves it out.
    alerts: {
      ExporterDown: { severity: 'critical', 'for': '5m', remembered: '6h' },
      ExporterAbsent: { severity: 'critical', 'for': '10m', remembered: '1d' },
      APIDown: { severity: 'critical', 'for': '5m' },
      CollectorFailing: { severity: 'warning', 'for': '10m', goodShare: 0.75 },
      DataStale: { severity: 'critical', 'for': '5m', age: '10m', intervals: 3 },
      HeadNodeSlow: { severity: 'warning', 'for': '15m', seconds: 1, factor: 3 },
      CertificateExpiresSoon: { severity: 'warning', 'for': '15m', days: 21 },
      CertificateExpires: { severity: 'critical', 'for': '15m', days: 3 },
      UnrecognizedValues: { severity: 'info', 'for': '0m', window: '1h' },
      ReadCorrections: { severity: 'warning', 'for': '0m', window: '6h', rows: 10 },
      ActiveHeadNodeChanged: { severity: 'info', 'for': '0m', window: '30m' },

      HeadNodeUnreachable: { severity: 'critical', 'for': '5m' },
      NodesUnreachable: { severity: 'warning', 'for': '5m', window: '1h' },
      ManyNodesUnreachable: { severity: 'warning', 'for': '10m', share: 0.2, nodes: 3 },
      MostNodesUnreachable: { severity: 'critical', 'for': '5m', share: 0.8, nodes: 2 },
      NodeGroupMostlyUnavailable: { severity: 'warning', 'for': '30m', share: 0.5 },
      NodeDrainingTooLong: { severity: 'warning', 'for': '24h' },

      QueueStuck: { severity: 'critical', 'for': '15m', wait: '15m' },
      QueueTooLong: { severity: 'warning', 'for': '30m', jobs: 1000 },
      CoresUnderused: { severity: 'warning', 'for': '30m', share: 0.4 },
      NodeGroupQueuedWithoutNodes: { severity: 'warning', 'for': '15m' },
      OldestQueuedJobTooOld: { severity: 'warning', 'for': '15m', wait: '24h' },
      JobFailureRatioHigh: { severity: 'warning', 'for': '15m', share: 0.5, jobs: 10 },
      JobsStuck: { severity: 'warning', 'for': '30m', window: '30m' },
    },
  },
}
