// What the alerts on jobs see, bad and good.
local case = import 'case.libsonnet';
local series = case.series;
local counter = case.counter;
local jobs(state, n) = series('hpcpack_jobs', 'state="%s"' % state, [[n, 120]]);
local groupJobs(group, state, n) =
  series('hpcpack_node_group_jobs', 'node_group="%s",state="%s"' % [group, state], [[n, 120]]);
local groupNodes(group, state, n) =
  series('hpcpack_node_group_nodes', 'node_group="%s",state="%s"' % [group, state], [[n, 120]]);
local online(n) = series('hpcpack_nodes', 'state="Online"', [[n, 120]]);
local completed(state, segments) = counter('hpcpack_jobs_completed_total', 'state="%s"' % state, segments);
local oldest(segments) = series('hpcpack_oldest_queued_job_submit_timestamp_seconds', '', segments);

{
  QueueStuck: {
    what: ['4 jobs wait, nothing runs or ends', 'all 4 are held', 'jobs collector off'],
    at: 35,
    series(isBad): [
      jobs('Queued', 4),
      jobs('Running', 0),
      groupJobs('GPU', 'Queued', 4),
      groupNodes('GPU', 'Online', 5),
      online(5),
      completed('Finished', [[7, 120]]),
      series('hpcpack_held_jobs', '', [[if isBad then 0 else 4, 120]]),
    ] + if isBad then [oldest([[0, 120]])] else [],
    absent: ['hpcpack_jobs'],
    says: [
      'Jobs wait on east but none runs.',
      '4 job(s) that are not held are queued, none is running and none has ended for 15 minutes, though nodes are usable. Groups that jobs wait for: GPU.',
    ],
  },

  QueueTooLong: {
    what: ['1,001 jobs queued', '1,000 jobs and 50 that are held', 'jobs collector off'],
    at: 35,
    series(isBad): [
      jobs('Queued', if isBad then 1001 else 1050),
      series('hpcpack_held_jobs', '', [[if isBad then 0 else 50, 120]]),
      groupJobs('CPU', 'Queued', 900),
      groupJobs('GPU', 'Queued', 101),
    ],
    absent: ['hpcpack_jobs'],
    says: [
      '1001 jobs are queued on east.',
      'More than 1000 jobs that are not held have been queued for 30 minutes. Groups that jobs wait for: CPU, GPU.',
    ],
  },

  CoresUnderused: {
    what: ['30 of 100 cores in use while jobs wait', '40 of 100', 'cores in use not told'],
    at: 35,
    series(isBad): [
      jobs('Queued', 3),
      jobs('Running', 5),
      online(10),
      series('hpcpack_cores', 'state="Online"', [[100, 120]]),
      series('hpcpack_cores', 'state="Offline"', [[20, 120]]),
      series('hpcpack_cores_in_use', '', [[if isBad then 30 else 40, 120]]),
    ],
    absent: ['hpcpack_cores_in_use'],
    says: [
      'Jobs wait on east while most cores are idle.',
      'For 30 minutes jobs that could run have been queued, while only 30% of the cores of usable nodes are in use.',
    ],
  },

  NodeGroupQueuedWithoutNodes: {
    what: ['2 jobs wait for a group whose nodes all drain', 'one of its nodes is usable', 'nodes collector off'],
    at: 20,
    labels: { node_group: 'GPU' },
    series(isBad): [
      online(5),
      groupJobs('GPU', 'Queued', 2),
      groupNodes('GPU', 'Online', if isBad then 0 else 1),
      groupNodes('GPU', 'Draining', 3),
      series('hpcpack_node_group_unreachable_nodes', 'node_group="GPU"', [[0, 120]]),
    ],
    absent: ['hpcpack_nodes', 'hpcpack_node_group_nodes', 'hpcpack_node_group_unreachable_nodes'],
    says: [
      'Jobs wait for node group GPU (east), which has no usable node.',
      '2 job(s) that ask for group GPU and are not held have been queued for 15 minutes while none of its nodes is online and reachable.',
    ],
  },

  OldestQueuedJobTooOld: {
    what: ['a job waits for 24 hours', 'it starts 10 minutes earlier', 'jobs collector off, or no submit times'],
    at: 1460,
    series(isBad): [oldest([[0, 1430], [if isBad then 0 else 80000, 100]])],
    absent: ['hpcpack_oldest_queued_job_submit_timestamp_seconds'],
    says: [
      'A job on east has been queued for 1d 0h 20m 0s.',
      'The job queued longest that is not held was submitted 1d 0h 20m 0s ago; more than 24 hours is unusual.',
    ],
  },

  JobFailureRatioHigh: {
    what: ['3 of 4 jobs fail', 'half of them', 'no ended jobs counted'],
    at: 90,
    series(isBad): [
      completed('Finished', [[0, 120, 1]]),
      completed('Failed', [[0, 120, if isBad then 3 else 1]]),
    ],
    absent: ['hpcpack_jobs_completed_total'],
    says: ['75% of the jobs on east fail.', 'Of the jobs that ended in the last hour 75% failed.'],
  },

  JobsStuck: {
    what: ['2 jobs in Canceling for an hour, none ends', '3 jobs end each half hour', 'jobs collector off'],
    at: 65,
    labels: { state: 'Canceling' },
    series(isBad): [
      jobs('Canceling', 2),
      jobs('Finishing', 0),
      groupJobs('GPU', 'Canceling', 2),
      groupJobs('CPU', 'Canceling', 0),
      completed('Canceled', [[5, 120, if isBad then 0 else 0.1]]),
      series('hpcpack_jobs_by_owner', 'owner="alice",state="Canceling"', [[2, 120]]),
      series('hpcpack_node_reachable', 'node="n7"', [[0, 120]]),
    ],
    absent: ['hpcpack_jobs'],
    says: [
      'Jobs on east are stuck in Canceling.',
      '2 job(s) are Canceling, and fewer than that have ended in the last 30 minutes: at least one does not come to an end. Their groups: GPU. Their owners: alice. Nodes that do not answer: n7.',
    ],
  },
}
