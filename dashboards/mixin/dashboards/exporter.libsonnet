// Whether the exporter works, and what it asks of the head node.
function(config)
  local g = (import '../lib/grafana.libsonnet')(config);
  local rate(metric, labels='', matchers='') =
    'sum by (%%(by)s%s) (rate(%s{%%(sel)s%s}[$__rate_interval]))' % [labels, metric, matchers];
  local increase(metric, labels='') = 'sum by (%%(by)s%s) (increase(%s{%%(sel)s}[$__rate_interval]))' % [labels, metric];
  local ofExporter(expression) = '(%s and on (%%(by)s) hpcpack_exporter_build_info{%%(sel)s})' % expression;
  local duration = 'hpcpack_api_request_duration_seconds';

  g.dashboard('exporter', 'Whether the exporter works, and what it asks of the head node.', [
    g.stat(
      'Collectors',
      'Whether every collector succeeded in its last round.',
      'none',
      [g.query('min by (%(by)s) (hpcpack_up{%(sel)s})')],
      [['red', null], ['green', 1]],
      width=4,
      mappings=g.mapping([[0, 'failing', 'red'], [1, 'OK', 'green']])
    ),
    g.stat(
      'Oldest data',
      "The age of the oldest collector's data.",
      's',
      [g.query('time() - min by (%(by)s) (hpcpack_scrape_collector_last_success_timestamp_seconds{%(sel)s})')],
      [['text', null], ['orange', 300], ['red', 600]],
      width=4
    ),
    g.stat('Head node requests', 'Requests to the head nodes.', 'reqps', [g.query(rate('hpcpack_api_requests_total'))], width=4),
    g.stat('Up for', 'Since the exporter was started.', 's', [g.query('time() - max by (%%(by)s) %s' % ofExporter('process_start_time_seconds{%(sel)s}'))], width=4),
    g.stat(
      'Restarts in range',
      'How often the exporter was started anew within the time range.',
      'none',
      [g.query('max by (%(by)s) (changes(process_start_time_seconds{%(sel)s}[$__range]) and on (%(by)s) last_over_time(hpcpack_exporter_build_info{%(sel)s}[$__range]))')],
      [['text', null], ['orange', 1]],
      width=4
    ),
    g.stat(
      'Version',
      'Version of the exporter, with its commit and the Swift that it was built with.',
      'none',
      [g.query('max by (%(by)s, version, revision, swift_version) (hpcpack_exporter_build_info{%(sel)s})', '{{name}}: {{version}} ({{revision}}, Swift {{swift_version}})')],
      width=4,
      textMode='name'
    ),

    g.row('Collection'),
    g.history(
      'Collector success',
      'Whether each collector succeeded in its last round.',
      'none',
      [g.query('min by (%(by)s, collector) (hpcpack_scrape_collector_success{%(sel)s})', '{{collector}} ({{name}})')],
      mappings=g.mapping([[0, 'failed', 'red'], [1, 'OK', 'green']])
    ),
    g.history(
      'Scrapes',
      'Whether Prometheus could scrape the exporter.',
      'none',
      [g.query('min by (%(by)s) (up{%(sel)s} and on (%(by)s) last_over_time(hpcpack_exporter_build_info{%(sel)s}[$__range]))')],
      mappings=g.mapping([[0, 'failed', 'red'], [1, 'OK', 'green']])
    ),
    g.lines(
      'Data age',
      "The age of each collector's data, and three intervals, after which it is stale.",
      's',
      [
        g.query('time() - max by (%(by)s, collector) (hpcpack_scrape_collector_last_success_timestamp_seconds{%(sel)s})', '{{collector}} ({{name}})'),
        g.query('%s * max by (%%(by)s) (hpcpack_exporter_interval_seconds{%%(sel)s})' % config.alerts.DataStale.intervals, 'stale ({{name}})'),
      ]
    ),
    g.lines('Round duration', 'How long the last round of each collector took.', 's', [g.query('max by (%(by)s, collector) (hpcpack_scrape_collector_duration_seconds{%(sel)s})', '{{collector}} ({{name}})')]),
    g.lines(
      'Full reads and corrections',
      'Full reads, and rows that they found different from what reads of changes had left; the latter should stay 0.',
      'none',
      [
        g.query(increase('hpcpack_exporter_full_reads_total', ', collector'), 'full reads, {{collector}} ({{name}})'),
        g.query(increase('hpcpack_exporter_full_read_corrections_total', ', collector'), 'corrections, {{collector}} ({{name}})'),
      ]
    ),

    g.row('REST API of the head node'),
    g.lines('Requests by operation', 'Requests to the head nodes.', 'reqps', [g.query(rate('hpcpack_api_requests_total', ', operation'), '{{operation}} ({{name}})')]),
    g.lines('Errors by operation and code', 'Requests that failed: an HTTP status, or timeout, refused, tls, error.', 'reqps', [g.query(rate('hpcpack_api_requests_total', ', operation, code', ',code!~"2.."') + ' > 0', '{{operation}} {{code}} ({{name}})')]),
    g.lines(
      'Error ratio',
      'The part of the requests that failed.',
      'percentunit',
      [g.query('(%s or 0 * %s) / (%s > 0)' % [rate('hpcpack_api_requests_total', '', ',code!~"2.."'), rate('hpcpack_api_requests_total'), rate('hpcpack_api_requests_total')])],
      max=1
    ),
    g.lines('Latency by operation, 90 %', 'Nine of ten requests took less.', 's', [g.query('histogram_quantile(0.9, %s)' % rate(duration + '_bucket', ', operation, le'), '{{operation}} ({{name}})')]),
    g.lines('Latency by operation, mean', 'How long requests took on average.', 's', [g.query('%s / (%s > 0)' % [rate(duration + '_sum', ', operation'), rate(duration + '_count', ', operation')], '{{operation}} ({{name}})')]),
    g.heatmap('Latency, distribution', 'How long requests took, chosen clusters together.', 's', 'sum by (le) (increase(%s_bucket{%%(sel)s}[$__rate_interval]))' % duration),
    g.lines('Bytes by operation', "Bytes of the head nodes' answers, after decompression.", 'Bps', [g.query(rate('hpcpack_api_response_bytes_total', ', operation'), '{{operation}} ({{name}})')]),
    g.lines('Rows by operation', "Rows read from the head nodes' answers.", 'cps', [g.query(rate('hpcpack_api_rows_total', ', operation'), '{{operation}} ({{name}})')]),
    g.lines(
      'Listings begun again and values not understood',
      'Listings begun again after a lost page token or head node, and values that no documented set holds.',
      'none',
      [
        g.query(increase('hpcpack_exporter_listing_restarts_total', ', operation'), 'begun again, {{operation}} ({{name}})'),
        g.query(increase('hpcpack_exporter_unrecognized_values_total', ', field'), 'not understood, {{field}} ({{name}})'),
      ]
    ),

    g.row('Process'),
    g.lines('CPU', 'Processor time of the exporter.', 'percentunit', [g.query('sum by (%%(by)s) %s' % ofExporter('rate(process_cpu_seconds_total{%(sel)s}[$__rate_interval])'))], width=6),
    g.lines('Memory', 'Resident memory of the exporter.', 'bytes', [g.query('sum by (%%(by)s) %s' % ofExporter('process_resident_memory_bytes{%(sel)s}'))], width=6),
    g.lines(
      'Open descriptors',
      'File descriptors in use, of those that there may be.',
      'percentunit',
      [g.query('sum by (%%(by)s) %s / (sum by (%%(by)s) %s > 0)' % [ofExporter('process_open_fds{%(sel)s}'), ofExporter('process_max_fds{%(sel)s}')])],
      width=6,
      max=1
    ),
    g.lines('Requests to the exporter', 'Requests by page and HTTP status.', 'reqps', [g.query(rate('hpcpack_exporter_http_requests_total', ', handler, code'), '{{handler}} {{code}} ({{name}})')], width=6),
  ])
