// Alerts on jobs and queues.
function(config)
  local make = (import 'alert.libsonnet')(config);
  local text = import '../lib/text.libsonnet';
  local settings = config.alerts;

  local waitingGroups = make.names(
    'Groups that jobs wait for: NAMES.',
    'node_group',
    'instance_node_group:hpcpack_node_group_jobs_eligible:sum{%(target)s} > 0'
  );

  make.group('hpcpack-jobs', [
    // Jobs that start and end between two scrapes are never seen running; those that ended show that the queue moves.
    // Held jobs, jobs that have just come and jobs whose groups have no usable node are not stuck. Where the server tells
    // none of that, each queued job counts.
    make.alert(
      'QueueStuck',
      |||
        min_over_time(instance:hpcpack_jobs_eligible:sum{%(s)s}[%(lookback)s]) > 0
        and last_over_time(instance:hpcpack_jobs_runnable:max{%(s)s}[%(lookback)s]) > 0
        and last_over_time(instance:hpcpack_nodes_usable:sum{%(s)s}[%(lookback)s]) > 0
        and ignoring (state) max_over_time(hpcpack_jobs{%(s)sstate="Running"}[%(lookback)s]) == 0
        unless
          time() - last_over_time(hpcpack_oldest_queued_job_submit_timestamp_seconds{%(s)s}[%(lookback)s]) < %(seconds)s
        unless sum without (state) (increase(hpcpack_jobs_completed_total{%(s)s}[15m])) > 0
      |||,
      'Jobs wait on %(cluster)s but none runs.',
      '{{ $value }} job(s) that are not held are queued, none is running and none has ended for %(minutes)s, though nodes are usable.' + waitingGroups,
      { seconds: text.seconds(settings.QueueStuck.wait), minutes: text.words(settings.QueueStuck['for']) },
    ),

    make.alert(
      'QueueTooLong',
      'min_over_time(instance:hpcpack_jobs_eligible:sum{%(s)s}[%(lookback)s]) > %(jobs)s',
      '{{ $value }} jobs are queued on %(cluster)s.',
      'More than %(jobs)s jobs that are not held have been queued for %(minutes)s.' + waitingGroups,
      { minutes: text.words(settings.QueueTooLong['for']) },
    ),

    make.alert(
      'CoresUnderused',
      |||
        max_over_time(instance:hpcpack_cores_in_use:ratio{%(s)s}[%(lookback)s]) < %(share)s
        and min_over_time(instance:hpcpack_jobs_eligible:sum{%(s)s}[%(lookback)s]) > 0
        and min_over_time(instance:hpcpack_jobs_runnable:max{%(s)s}[%(lookback)s]) > 0
      |||,
      'Jobs wait on %(cluster)s while most cores are idle.',
      'For %(minutes)s jobs that could run have been queued, while only {{ $value | humanizePercentage }} of the cores of usable nodes are in use.' + waitingGroups,
      { minutes: text.words(settings.CoresUnderused['for']) },
    ),

    // Fires only while the nodes are known (last line): a collector of nodes that is off or fails is not a group without
    // nodes.
    make.alert(
      'NodeGroupQueuedWithoutNodes',
      |||
        min_over_time(instance_node_group:hpcpack_node_group_jobs_eligible:sum{%(s)s}[%(lookback)s]) > 0
        unless last_over_time(instance_node_group:hpcpack_node_group_nodes_usable:sum{%(s)s}[%(lookback)s]) > 0
        and ignoring (node_group) last_over_time(instance:hpcpack_nodes:sum{%(s)s}[%(lookback)s])
      |||,
      'Jobs wait for node group {{ $labels.node_group }} (%(cluster)s), which has no usable node.',
      '{{ $value }} job(s) that ask for group {{ $labels.node_group }} and are not held have been queued for %(minutes)s while none of its nodes is online and reachable.',
      { minutes: text.words(settings.NodeGroupQueuedWithoutNodes['for']) },
    ),

    // The cluster's oldest job, unless it waits for a group without usable nodes, which is another alert's; and the oldest
    // of the groups that have some.
    make.alert(
      'OldestQueuedJobTooOld',
      |||
        time() - (
          last_over_time(hpcpack_oldest_queued_job_submit_timestamp_seconds{%(s)s}[%(lookback)s])
          unless ignoring (node_group)
            (
              last_over_time(hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds{%(s)s}[%(lookback)s])
              == ignoring (node_group) group_left ()
              last_over_time(hpcpack_oldest_queued_job_submit_timestamp_seconds{%(s)s}[%(lookback)s])
              unless last_over_time(instance_node_group:hpcpack_node_group_nodes_usable:sum{%(s)s}[%(lookback)s]) > 0
              and ignoring (node_group) last_over_time(instance:hpcpack_nodes:sum{%(s)s}[%(lookback)s])
            )
        ) > %(seconds)s
        or
        time() - min without (node_group) (
          last_over_time(hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds{%(s)s}[%(lookback)s])
          and last_over_time(instance_node_group:hpcpack_node_group_nodes_usable:sum{%(s)s}[%(lookback)s]) > 0
        ) > %(seconds)s
      |||,
      'A job on %(cluster)s has been queued for {{ $value | humanizeDuration }}.',
      'The job queued longest that is not held was submitted {{ $value | humanizeDuration }} ago; more than %(hours)s is unusual.' +
      make.names(
        'It waits for: NAMES.',
        'node_group',
        'time() - hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds{%%(target)s} > %d'
        % text.seconds(settings.OldestQueuedJobTooOld.wait)
      ),
      {
        seconds: text.seconds(settings.OldestQueuedJobTooOld.wait),
        hours: text.words(settings.OldestQueuedJobTooOld.wait),
      },
    ),

    // Some ended jobs, so that one failure in a quiet hour is not "100 % failed".
    make.alert(
      'JobFailureRatioHigh',
      |||
        last_over_time(instance:hpcpack_jobs_failed:ratio_increase1h{%(s)s}[%(lookback)s]) > %(share)s
        and last_over_time(instance:hpcpack_jobs_completed:increase1h{%(s)s}[%(lookback)s]) >= %(jobs)s
      |||,
      '{{ $value | humanizePercentage }} of the jobs on %(cluster)s fail.',
      'Of the jobs that ended in the last hour {{ $value | humanizePercentage }} failed.' +
      make.names(
        'Groups in which most failed: NAMES.',
        'node_group',
        |||
          sum without (state) (increase(hpcpack_node_group_jobs_completed_total{%%(target)s,state="Failed"}[1h])) / (sum without (state) (increase(hpcpack_node_group_jobs_completed_total{%%(target)s}[1h])) > 0) > %(share)s
        ||| % settings.JobFailureRatioHigh
      ),
    ),

    // A job leaves these states only by ending. If n jobs were in the state at every moment of the window and fewer than n
    // jobs ended in it, at least one was there all the time: no flow of short-lived jobs can look like that.
    make.alert(
      'JobsStuck',
      |||
        min_over_time(hpcpack_jobs{%(s)sstate=~"Canceling|Finishing"}[%(window)s])
        > ignoring (state) group_left ()
        sum without (state) (increase(hpcpack_jobs_completed_total{%(s)s}[%(window)s]))
      |||,
      'Jobs on %(cluster)s are stuck in {{ $labels.state }}.',
      '{{ $value }} job(s) are {{ $labels.state }}, and fewer than that have ended in the last %(minutes)s: at least one does not come to an end.' +
      make.names(
        'Their groups: NAMES.', 'node_group', 'hpcpack_node_group_jobs{%(target)s,state=~"Canceling|Finishing"} > 0'
      ) +
      make.names(
        'Their owners: NAMES.', 'owner', 'hpcpack_jobs_by_owner{%(target)s,state=~"Canceling|Finishing"} > 0'
      ) +
      make.names('Nodes that do not answer: NAMES.', 'node', 'topk(11, hpcpack_node_reachable{%(target)s} == 0)'),
      { minutes: text.last(settings.JobsStuck.window) },
    ),
  ])
