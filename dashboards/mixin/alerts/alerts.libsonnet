// Alerts for HPC Pack clusters.
//
// - Ratios and durations rather than absolute counts, so that the same rules fit ten nodes and ten thousand.
// - A restart of the exporter leaves a gap in its series, which would resolve an alert and start its "for" anew. So
//   conditions look back over the last minutes (lookback) rather than at the last scrape.
// - Series that are absent (collector off, data older than --collector.max-age) never read as zero: nothing fires because
//   of them except ExporterAbsent. That data is missing is what CollectorFailing and DataStale are for.
// - "without" and "ignoring" keep every label of the target, so that each cluster has alerts of its own.
{
  prometheusAlerts+:: {
    groups+: [
      (import 'exporter.libsonnet')($._config),
      (import 'nodes.libsonnet')($._config),
      (import 'jobs.libsonnet')($._config),
    ],
  },
}
