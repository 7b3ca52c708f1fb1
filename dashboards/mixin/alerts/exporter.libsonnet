// Alerts on the exporter, what it reads, and the head nodes' service.
function(config)
  local make = (import 'alert.libsonnet')(config);
  local text = import '../lib/text.libsonnet';
  local settings = config.alerts;

  make.group('hpcpack-exporter', [
    make.alert(
      'ExporterDown',
      |||
        up{%(exporter)s} == 0
        or
        up == 0 and ignoring (version, revision, swift_version) last_over_time(hpcpack_exporter_build_info{%%(s)s}[%%(remembered)s])
      ||| % { exporter: config.exporterSelector },
      'The HPC Pack exporter of %(cluster)s does not answer.',
      'Prometheus has not been able to scrape {{ $labels.instance }} (job {{ $labels.job }}) for %(minutes)s. Nothing is known about this cluster, and no other alert can see it.',
      { minutes: text.words(settings.ExporterDown['for']) },
    ),

    // A target that service discovery no longer gives has no "up". One with a label for the cluster may move to another
    // instance; without that label, another instance is another cluster.
    make.alert(
      'ExporterAbsent',
      |||
        (
          count without (version, revision, swift_version) (last_over_time(hpcpack_exporter_build_info{%%(s)s}[%%(remembered)s]))
          unless up
          unless ignoring (instance) count without (instance) (up{%(cluster)s!=""})
        )
        or
        (absent_over_time(hpcpack_exporter_build_info{%%(s)s}[%%(remembered)s]) unless on () up{%(exporter)s} == 0)
      ||| % { exporter: config.exporterSelector, cluster: config.clusterLabel },
      '{{ if $labels.instance }}The HPC Pack exporter of %(cluster)s is no longer scraped{{ else }}No HPC Pack exporter is being scraped{{ end }}.',
      '{{ if $labels.instance }}Prometheus scraped {{ $labels.instance }} (job {{ $labels.job }}) within the last %(last)s and has it no longer among its targets: nothing is known about this cluster.{{ else }}Prometheus has seen no exporter for %(words)s and has no target by that name that fails: the scrape job is missing, empty or points elsewhere.{{ end }}',
      {
        last: text.last(settings.ExporterAbsent.remembered),
        words: text.words(settings.ExporterAbsent.remembered),
      },
    ),

    make.alert(
      'APIDown',
      |||
        max without (collector) (last_over_time(hpcpack_scrape_collector_success{%(s)s}[%(lookback)s])) == 0
        unless
          time() - max without (collector) (last_over_time(hpcpack_scrape_collector_last_success_timestamp_seconds{%(s)s}[%(lookback)s]))
          < 2 * (last_over_time(hpcpack_exporter_interval_seconds{%(s)s}[%(lookback)s]) > %(long)s)
      |||,
      'The HPC Pack REST API of %(cluster)s cannot be read.',
      'Every collector of {{ $labels.instance }} has failed for %(minutes)s: the head node or its REST service is down, or does not let the exporter in. The last good figures are withdrawn when they are older than --collector.max-age.',
      { minutes: text.words(settings.APIDown['for']), long: text.seconds(config.longInterval) },
    ),

    // Counts failures over the lookback, so that a collector that fails every other round is seen too. After an outage of
    // the whole API the average recovers in less than "for".
    make.alert(
      'CollectorFailing',
      |||
        avg_over_time(hpcpack_scrape_collector_success{%(s)s}[%(lookback)s]) < %(goodShare)s
        unless ignoring (collector)
          max without (collector) (last_over_time(hpcpack_scrape_collector_success{%(s)s}[%(lookback)s])) == 0
        unless
          time() - last_over_time(hpcpack_scrape_collector_last_success_timestamp_seconds{%(s)s}[%(lookback)s])
          < ignoring (collector) group_left ()
          2 * (last_over_time(hpcpack_exporter_interval_seconds{%(s)s}[%(lookback)s]) > %(long)s)
      |||,
      'Collector {{ $labels.collector }} of %(cluster)s keeps failing.',
      'Only {{ $value | humanizePercentage }} of the last %(minutes)s had good {{ $labels.collector }} data, while other collectors work.',
      { minutes: text.last(config.lookback), long: text.seconds(config.longInterval) },
    ),

    make.alert(
      'DataStale',
      |||
        (
          time() - last_over_time(hpcpack_scrape_collector_last_success_timestamp_seconds{%(s)s}[%(lookback)s])
          > ignoring (collector) group_left ()
          clamp_min(%(intervals)s * last_over_time(hpcpack_exporter_interval_seconds{%(s)s}[%(lookback)s]), %(seconds)s)
          or
          time() - last_over_time(hpcpack_scrape_collector_last_success_timestamp_seconds{%(s)s}[%(lookback)s]) > %(seconds)s
          unless ignoring (collector) last_over_time(hpcpack_exporter_interval_seconds{%(s)s}[%(lookback)s])
        )
        unless ignoring (collector)
          max without (collector) (last_over_time(hpcpack_scrape_collector_success{%(s)s}[%(lookback)s])) == 0
      |||,
      'The {{ $labels.collector }} data of %(cluster)s is stale.',
      'The last good read of {{ $labels.collector }} was {{ $value | humanizeDuration }} ago, which is more than %(intervals)s intervals. Its series are withdrawn when older than --collector.max-age, and alerts on {{ $labels.collector }} cannot fire then.',
      { seconds: text.seconds(settings.DataStale.age) },
    ),

    // Against the day before, hour by hour: what is slow here is what has become slow.
    make.alert(
      'HeadNodeSlow',
      |||
        max without (operation) (
          last_over_time(instance_operation:hpcpack_api_request_duration_seconds:mean30m{%(s)s}[%(lookback)s]) > %(seconds)s
          and
          last_over_time(instance_operation:hpcpack_api_request_duration_seconds:mean30m{%(s)s}[%(lookback)s])
          > %(factor)s * avg_over_time(instance_operation:hpcpack_api_request_duration_seconds:mean30m{%(s)s}[1d] offset 1h)
        )
      |||,
      'The head node of %(cluster)s answers ever more slowly.',
      'Calls take {{ $value | humanizeDuration }} on average, more than %(factor)s times what they took on the day before.' +
      make.names(
        'The calls: NAMES.',
        'operation',
        |||
          instance_operation:hpcpack_api_request_duration_seconds:mean30m{%%(target)s} > %(seconds)s and instance_operation:hpcpack_api_request_duration_seconds:mean30m{%%(target)s} > %(factor)s * avg_over_time(instance_operation:hpcpack_api_request_duration_seconds:mean30m{%%(target)s}[1d] offset 1h)
        ||| % settings.HeadNodeSlow
      ),
    ),

    make.alert(
      'CertificateExpiresSoon',
      |||
        last_over_time(hpcpack_api_certificate_expiry_timestamp_seconds{%%(s)s}[%%(lookback)s]) - time() < %(soon)s * 86400
        and last_over_time(hpcpack_api_certificate_expiry_timestamp_seconds{%%(s)s}[%%(lookback)s]) - time() >= %(late)s * 86400
      ||| % { soon: settings.CertificateExpiresSoon.days, late: settings.CertificateExpires.days },
      'The certificate of head node {{ $labels.head_node }} (%(cluster)s) expires in {{ $value | humanizeDuration }}.',
      'From then on {{ $labels.instance }} cannot read the cluster by {{ $labels.head_node }}, and neither can other clients that check the certificate.',
    ),

    make.alert(
      'CertificateExpires',
      'last_over_time(hpcpack_api_certificate_expiry_timestamp_seconds{%(s)s}[%(lookback)s]) - time() < %(days)s * 86400',
      'The certificate of head node {{ $labels.head_node }} (%(cluster)s) expires in less than %(days)s days, or has expired.',
      'From then on {{ $labels.instance }} cannot read the cluster by {{ $labels.head_node }}, and neither can other clients that check the certificate.',
    ),

    // A counter that begins above 0 has counted before it was first seen.
    make.alert(
      'UnrecognizedValues',
      |||
        increase(hpcpack_exporter_unrecognized_values_total{%(s)s}[%(window)s]) > 0
        or
        hpcpack_exporter_unrecognized_values_total{%(s)s} > 0
        unless last_over_time(hpcpack_exporter_unrecognized_values_total{%(s)s}[%(window)s] offset %(window)s)
      |||,
      '%(cluster)s sends values of {{ $labels.field }} that the exporter does not know.',
      'In the last %(last)s about {{ $value | humanize }} values of {{ $labels.field }} were not understood. They count as Unknown or are left out; the exporter logs each value once.',
      { last: text.last(settings.UnrecognizedValues.window) },
    ),

    make.alert(
      'ReadCorrections',
      'increase(hpcpack_exporter_full_read_corrections_total{%(s)s}[%(window)s]) > %(rows)s',
      'Reads of changes miss {{ $labels.collector }} of %(cluster)s.',
      'In the last %(last)s full reads found about {{ $value | humanize }} rows of {{ $labels.collector }} that reads of changes had left wrong. Numbers may be wrong for up to --collector.full-interval.',
      { last: text.last(settings.ReadCorrections.window) },
    ),

    // The label is left out while the head node is not known; that is not a change.
    make.alert(
      'ActiveHeadNodeChanged',
      |||
        count without (active_head_node) (
          count without (version) (last_over_time(hpcpack_cluster_info{%(s)sactive_head_node!=""}[%(window)s]))
        ) > 1
      |||,
      'The active head node of %(cluster)s changed.',
      'In the last %(last)s {{ $value }} different head nodes have been the active one.' +
      make.names('Active now: NAMES.', 'active_head_node', 'hpcpack_cluster_info{%(target)s}'),
      { last: text.last(settings.ActiveHeadNodeChanged.window) },
    ),
  ])
