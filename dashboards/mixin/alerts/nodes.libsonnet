// Alerts on nodes and node groups.
function(config)
  local make = (import 'alert.libsonnet')(config);
  local text = import '../lib/text.libsonnet';
  local settings = config.alerts;

  // The nodes that were out of reach, or in Error, through a whole window, and are still known.
  local lostThrough(window, selector, lookback) = |||
    max_over_time(hpcpack_node_reachable{%(selector)s}[%(window)s]) == 0
    and last_over_time(hpcpack_node_reachable{%(selector)s}[%(lookback)s]) == 0
    or
    sum without (health) (min_over_time(hpcpack_node_health{%(selector)shealth="Error"}[%(window)s])) == 1
    and sum without (health) (last_over_time(hpcpack_node_health{%(selector)shealth="Error"}[%(lookback)s])) == 1
  ||| % { window: window, selector: selector, lookback: lookback };
  local oneLine(expression) = std.strReplace(std.rstripChars(expression, '\n'), '\n', ' ');

  local lostNow(selector) =
    'hpcpack_node_reachable{%(s)s} == 0 or sum without (health) (hpcpack_node_health{%(h)shealth="Error"}) == 1'
    % { s: selector, h: selector + ',' };

  make.group('hpcpack-nodes', [
    make.alert(
      'HeadNodeUnreachable',
      |||
        max without (node_group) (
          (
            last_over_time(hpcpack_node_group_member{%(s)snode_group=~"%(head)s"}[%(lookback)s])
            and ignoring (node_group)
              (
                last_over_time(hpcpack_node_reachable{%(s)s}[%(lookback)s]) == 0
                or sum without (health) (last_over_time(hpcpack_node_health{%(s)shealth="Error"}[%(lookback)s])) == 1
              )
          )
          or
          (
            last_over_time(hpcpack_node_group_unreachable_nodes{%(s)snode_group=~"%(head)s"}[%(lookback)s]) > 0
            or
            sum without (health) (
              last_over_time(hpcpack_node_group_nodes_by_health{%(s)snode_group=~"%(head)s",health="Error"}[%(lookback)s])
            ) > 0
            unless ignoring (node) last_over_time(hpcpack_node_group_member{%(s)s}[%(lookback)s])
          )
        )
      |||,
      '{{ if $labels.node }}Head node {{ $labels.node }}{{ else }}A head node{{ end }} of %(cluster)s is unreachable or in Error.',
      'For %(minutes)s the cluster has had a head node that does not answer, or cannot run. The REST API still answers by another one; when that fails as well, the cluster stands still.',
      { head: config.headNodeGroups, minutes: text.words(settings.HeadNodeUnreachable['for']) },
    ),

    // With per-node series: nodes that were out of reach the whole window. Without them: all the time, some node was. The
    // last line keeps a new exporter from judging a time that it did not see.
    make.alert(
      'NodesUnreachable',
      |||
        (
          count without (node) (
            %(lost)s
          )
          or
          (
            min_over_time(hpcpack_unreachable_nodes{%%(s)s}[%%(window)s]) > 0
            unless ignoring (node) last_over_time(hpcpack_node_reachable{%%(s)s}[%%(window)s])
          )
          or
          (
            sum without (health) (min_over_time(hpcpack_nodes_by_health{%%(s)shealth="Error"}[%%(window)s])) > 0
            unless ignoring (node) count without (health) (last_over_time(hpcpack_node_health{%%(s)s}[%%(window)s]))
          )
        )
        and ignoring (state)
          last_over_time(hpcpack_nodes{%%(s)sstate="Online"}[%%(lookback)s] offset %(before)sm)
      ||| % {
        lost: std.strReplace(
          std.rstripChars(lostThrough('%(window)s', '%(s)s', '%(lookback)s'), '\n'), '\n', '\n    '
        ),
        before: (text.seconds(settings.NodesUnreachable.window) - text.seconds(config.lookback)) / 60,
      },
      '{{ $value }} node(s) of %(cluster)s unreachable for over %(hour)s.',
      '{{ $value }} node(s) have not answered the head node, or have been in Error, for the last %(last)s. They may still read "Online", and the scheduler may still count on them.' +
      make.names(
        'The nodes: NAMES.',
        'node',
        oneLine(
          std.strReplace(
            lostThrough(settings.NodesUnreachable.window, '%(target)s', config.lookback),
            '%(target)shealth',
            '%(target)s,health'
          )
        )
      ),
      {
        hour: text.words(settings.NodesUnreachable.window),
        last: text.last(settings.NodesUnreachable.window),
      },
    ),
  ] + [
    make.alert(
      which[0],
      |||
        last_over_time(instance:hpcpack_nodes_unreachable:ratio{%(s)s}[%(lookback)s]) > %(share)s
        and last_over_time(instance:hpcpack_nodes_unreachable:sum{%(s)s}[%(lookback)s]) >= %(nodes)s
      |||,
      '{{ $value | humanizePercentage }} of the nodes of %(cluster)s are unreachable.',
      'More than %(percent)s of the nodes, and at least %(nodes)s, have been unreachable or in Error for %(minutes)s: {{ $value | humanizePercentage }}.' +
      which[1] + make.names('Some of them: NAMES.', 'node', 'topk(11, %s)' % lostNow('%(target)s')),
      {
        percent: text.percent(settings[which[0]].share),
        minutes: text.words(settings[which[0]]['for']),
      },
    )
    for which in [
      ['ManyNodesUnreachable', ''],
      ['MostNodesUnreachable', ' Look at the head node and the network before the nodes.'],
    ]
  ] + [
    make.alert(
      'NodeGroupMostlyUnavailable',
      'last_over_time(instance_node_group:hpcpack_node_group_nodes_usable:ratio{%(s)s}[%(lookback)s]) < %(share)s',
      'Less than %(percent)s of node group {{ $labels.node_group }} (%(cluster)s) is usable.',
      'For %(minutes)s only {{ $value | humanizePercentage }} of the nodes of group {{ $labels.node_group }} that are meant to run jobs have been online and reachable.',
      {
        percent: text.percent(settings.NodeGroupMostlyUnavailable.share),
        minutes: text.words(settings.NodeGroupMostlyUnavailable['for']),
      },
    ),

    make.alert(
      'NodeDrainingTooLong',
      |||
        last_over_time(hpcpack_node_state{%(s)sstate="Draining"}[%(lookback)s]) == 1
        or
        (
          last_over_time(hpcpack_nodes{%(s)sstate="Draining"}[%(lookback)s]) > 0
          unless ignoring (node) last_over_time(hpcpack_node_state{%(s)sstate="Draining"}[%(lookback)s])
        )
      |||,
      '{{ if $labels.node }}Node {{ $labels.node }}{{ else }}Some node{{ end }} of %(cluster)s has been draining for over %(hours)s.',
      'A draining node takes no new jobs and goes offline when its last job ends. After %(hours)s a job is very long, or it hangs.',
      { hours: text.words(settings.NodeDrainingTooLong['for']) },
    ),
  ])
