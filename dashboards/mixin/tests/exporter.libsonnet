// What the alerts on exporter and head node see, bad and good.
local case = import 'case.libsonnet';
local series = case.series;
local counter = case.counter;
local success(collector, segments) =
  series('hpcpack_scrape_collector_success', 'collector="%s"' % collector, segments);
local lastSuccess(collector, segments) =
  series('hpcpack_scrape_collector_last_success_timestamp_seconds', 'collector="%s"' % collector, segments);
local interval(seconds) = series('hpcpack_exporter_interval_seconds', '', [[seconds, 120]]);
local buildInfo(segments) = series('hpcpack_exporter_build_info', 'version="1"', segments);
local up(segments) = series('up', '', segments);

{
  ExporterDown: {
    what: ['no scrape for 5 minutes', 'away for 4 minutes', 'the target is gone: ExporterAbsent'],
    at: 15,
    series(isBad): [
      up(if isBad then [[1, 10], [0, 50]] else [[1, 10], [0, 4], [1, 46]]),
      buildInfo([[1, 10], ['stale', 1]]),
    ],
    restart: { at: 60, series: [up([[1, 20], [0, 3], [1, 40]]), buildInfo([[1, 20], ['stale', 1], ['_', 2], [1, 40]])] },
    absent: ['up', 'hpcpack_exporter_build_info'],
    says: [
      'The HPC Pack exporter of east does not answer.',
      'Prometheus has not been able to scrape a (job hpcpack) for 5 minutes. Nothing is known about this cluster, and no other alert can see it.',
    ],
  },

  ExporterAbsent: {
    what: ['a target has left service discovery 10 minutes ago', 'it comes back after 9', 'no exporter at all: fires without labels'],
    at: 16,
    series(isBad): [
      up([[1, 5], ['stale', 1]] + (if isBad then [] else [['_', 8], [1, 40]])),
      buildInfo([[1, 5], ['stale', 1]] + (if isBad then [] else [['_', 8], [1, 40]])),
    ],
    restart: { at: 60, series: [up([[1, 20], [0, 3], [1, 40]]), buildInfo([[1, 20], ['stale', 1], ['_', 2], [1, 40]])] },
    absent: ['up', 'hpcpack_exporter_build_info'],
    absentFires: 'ALERTS{alertname="HPCPackExporterAbsent",alertstate="firing",severity="critical"}',
    says: [
      'The HPC Pack exporter of east is no longer scraped.',
      'Prometheus scraped a (job hpcpack) within the last day and has it no longer among its targets: nothing is known about this cluster.',
    ],
  },

  APIDown: {
    what: ['every collector fails for 5 minutes', 'one of two works', 'no collectors told'],
    at: 20,
    series(isBad): [
      success('nodes', if isBad then [[1, 10], [0, 60]] else [[1, 70]]),
      success('jobs', [[1, 10], [0, 60]]),
      lastSuccess('nodes', if isBad then [[0, 10, 60], [540, 60]] else [[0, 70, 60]]),
      lastSuccess('jobs', [[0, 10, 60], [540, 60]]),
      interval(30),
    ],
    absent: ['hpcpack_scrape_collector_success'],
    says: [
      'The HPC Pack REST API of east cannot be read.',
      'Every collector of a has failed for 5 minutes: the head node or its REST service is down, or does not let the exporter in. The last good figures are withdrawn when they are older than --collector.max-age.',
    ],
  },

  CollectorFailing: {
    what: ['a collector fails for 10 minutes', 'it fails 2 minutes of 10', 'the collector is off'],
    at: 26,
    labels: { collector: 'jobs' },
    series(isBad): [
      success('nodes', [[1, 80]]),
      success('jobs', if isBad then [[1, 10], [0, 60]] else [[1, 10]] + std.repeat([[0, 2], [1, 8]], 7)),
      lastSuccess('jobs', if isBad then [[0, 10, 60], [540, 60]] else [[0, 80, 60]]),
      interval(30),
    ],
    absent: ['hpcpack_scrape_collector_success'],
    says: [
      'Collector jobs of east keeps failing.',
      'Only 0% of the last 10 minutes had good jobs data, while other collectors work.',
    ],
  },

  DataStale: {
    what: ['rounds hang: data is 10 minutes old, at an interval of 30 s', 'the same at an interval of 10 minutes', 'the collector is off'],
    at: 27,
    labels: { collector: 'jobs' },
    series(isBad): [
      success('jobs', [[1, 80]]),
      lastSuccess('jobs', [[0, 10, 60], [540, 60]]),
      interval(if isBad then 30 else 600),
    ],
    absent: ['hpcpack_scrape_collector_last_success_timestamp_seconds'],
    says: [
      'The jobs data of east is stale.',
      'The last good read of jobs was 18m 0s ago, which is more than 3 intervals. Its series are withdrawn when older than --collector.max-age, and alerts on jobs cannot fire then.',
    ],
  },

  HeadNodeSlow: {
    what: ['calls take 6 s, before 0.2 s', 'they take 0.9 s', 'no latency told'],
    at: 200,
    series(isBad): [
      counter('hpcpack_api_request_duration_seconds_count', 'operation="jobs"', [[0, 240, 10]]),
      counter('hpcpack_api_request_duration_seconds_sum', 'operation="jobs"', [[0, 120, 2], [240, 120, if isBad then 60 else 9]]),
    ],
    absent: ['hpcpack_api_request_duration_seconds_sum'],
    says: [
      'The head node of east answers ever more slowly.',
      'Calls take 6s on average, more than 3 times what they took on the day before. The calls: jobs.',
    ],
  },

  CertificateExpiresSoon: {
    what: ['20 days left', '21 days and 20 minutes left', 'no TLS'],
    at: 40,
    labels: { head_node: 'hn1:443' },
    series(isBad): [series(
      'hpcpack_api_certificate_expiry_timestamp_seconds',
      'head_node="hn1:443"',
      [[if isBad then 20 * 86400 else 21 * 86400 + 3600, 70]]
    )],
    absent: ['hpcpack_api_certificate_expiry_timestamp_seconds'],
    says: [
      'The certificate of head node hn1:443 (east) expires in 19d 23h 20m 0s.',
      'From then on a cannot read the cluster by hn1:443, and neither can other clients that check the certificate.',
    ],
  },

  CertificateExpires: {
    what: ['2 days left', '3 days and 20 minutes left', 'no TLS'],
    at: 40,
    labels: { head_node: 'hn1:443' },
    series(isBad): [series(
      'hpcpack_api_certificate_expiry_timestamp_seconds',
      'head_node="hn1:443"',
      [[if isBad then 2 * 86400 else 3 * 86400 + 3600, 70]]
    )],
    absent: ['hpcpack_api_certificate_expiry_timestamp_seconds'],
    says: [
      'The certificate of head node hn1:443 (east) expires in less than 3 days, or has expired.',
      'From then on a cannot read the cluster by hn1:443, and neither can other clients that check the certificate.',
    ],
  },

  UnrecognizedValues: {
    what: ['three values in the last hour', 'the same three, seen more than an hour ago', 'nothing counted'],
    at: 60,
    notAt: 90,
    labels: { field: 'job_state' },
    series(isBad): [counter(
      'hpcpack_exporter_unrecognized_values_total', 'field="job_state"', if isBad then [[0, 30], [3, 70]] else [[3, 100]]
    )],
    absent: ['hpcpack_exporter_unrecognized_values_total'],
    says: [
      'east sends values of job_state that the exporter does not know.',
      'In the last hour about 3 values of job_state were not understood. They count as Unknown or are left out; the exporter logs each value once.',
    ],
  },

  ReadCorrections: {
    what: ['20 rows in six hours', '8 rows', 'nothing counted'],
    at: 360,
    labels: { collector: 'jobs' },
    series(isBad): [counter(
      'hpcpack_exporter_full_read_corrections_total', 'collector="jobs"', [[0, 100], [if isBad then 20 else 8, 300]]
    )],
    absent: ['hpcpack_exporter_full_read_corrections_total'],
    says: [
      'Reads of changes miss jobs of east.',
      'In the last 6 hours full reads found about 20 rows of jobs that reads of changes had left wrong. Numbers may be wrong for up to --collector.full-interval.',
    ],
  },

  ActiveHeadNodeChanged: {
    what: ['another head node within 30 minutes', 'another version, and the name not told for a while', 'no head node told'],
    at: 30,
    local info(version, name, segments) = series(
      'hpcpack_cluster_info',
      'version="%s"' % version + (if name == '' then '' else ',active_head_node="%s"' % name),
      segments
    ),
    series(isBad):
      if isBad then [
        info('5.3', 'HN1', [[1, 20], ['stale', 1]]),
        info('5.3', 'HN2', [['_', 20], [1, 60]]),
      ] else [
        info('5.2', 'HN1', [[1, 20], ['stale', 1]]),
        info('5.3', '', [['_', 20], [1, 5], ['stale', 1]]),
        info('5.3', 'HN1', [['_', 25], [1, 60]]),
      ],
    absent: ['hpcpack_cluster_info'],
    says: [
      'The active head node of east changed.',
      'In the last 30 minutes 2 different head nodes have been the active one. Active now: HN2.',
    ],
  },
}
