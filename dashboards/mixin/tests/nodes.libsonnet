// What the alerts on nodes see, bad and good.
local case = import 'case.libsonnet';
local series = case.series;
local nodes(state, n) = series('hpcpack_nodes', 'state="%s"' % state, [[n, 120]]);
local reachable(node, segments) = series('hpcpack_node_reachable', 'node="%s"' % node, segments);

{
  HeadNodeUnreachable: {
    what: ['a head node does not answer for 5 minutes', 'for 4 minutes', 'reachability not told'],
    at: 16,
    labels: { node: 'HN1' },
    series(isBad): [
      series('hpcpack_node_group_member', 'node="HN1",node_group="HeadNodes"', [[1, 60]]),
      series('hpcpack_node_group_member', 'node="n1",node_group="ComputeNodes"', [[1, 60]]),
      reachable('HN1', [[1, 10]] + if isBad then [[0, 50]] else [[0, 4], [1, 46]]),
      reachable('n1', [[0, 60]]),
    ],
    absent: ['hpcpack_node_reachable'],
    says: [
      'Head node HN1 of east is unreachable or in Error.',
      'For 5 minutes the cluster has had a head node that does not answer, or cannot run. The REST API still answers by another one; when that fails as well, the cluster stands still.',
    ],
  },

  NodesUnreachable: {
    what: ['two nodes for an hour', 'each answered once in the hour', 'nodes collector off'],
    at: 80,
    series(isBad): [nodes('Online', 20), nodes('Offline', 2), reachable('n3', [[1, 120]])] + [
      reachable(node, [[1, 10]] + if isBad then [[0, 110]] else [[0, 30], [1, 1], [0, 79]])
      for node in ['n1', 'n2']
    ],
    absent: ['hpcpack_node_reachable', 'hpcpack_nodes'],
    says: [
      '2 node(s) of east unreachable for over an hour.',
      '2 node(s) have not answered the head node, or have been in Error, for the last hour. They may still read "Online", and the scheduler may still count on them. The nodes: n1, n2.',
    ],
  },

  ManyNodesUnreachable: {
    what: ['3 of 10 nodes', '3 of 15', 'reachability not told'],
    at: 20,
    series(isBad): [
      nodes('Online', if isBad then 9 else 14),
      nodes('Offline', 1),
      series('hpcpack_unreachable_nodes', '', [[0, 5], [3, 60]]),
      reachable('n1', [[0, 60]]),
      reachable('n2', [[0, 60]]),
      reachable('n3', [[0, 60]]),
      reachable('n4', [[1, 60]]),
    ],
    absent: ['hpcpack_unreachable_nodes'],
    says: [
      '30% of the nodes of east are unreachable.',
      'More than 20 % of the nodes, and at least 3, have been unreachable or in Error for 10 minutes: 30%. Some of them: n1, n2, n3.',
    ],
  },

  MostNodesUnreachable: {
    what: ['9 of 10 nodes', '8 of 10', 'reachability not told'],
    at: 20,
    series(isBad): [
      nodes('Online', 9),
      nodes('Offline', 1),
      series('hpcpack_unreachable_nodes', '', [[0, 5], [if isBad then 9 else 8, 60]]),
    ],
    absent: ['hpcpack_unreachable_nodes'],
    says: [
      '90% of the nodes of east are unreachable.',
      'More than 80 % of the nodes, and at least 2, have been unreachable or in Error for 5 minutes: 90%. Look at the head node and the network before the nodes.',
    ],
  },

  NodeGroupMostlyUnavailable: {
    what: ['1 of 4 nodes usable', '2 of 4', 'groups not told'],
    at: 32,
    labels: { node_group: 'GPU' },
    series(isBad): [
      series('hpcpack_node_group_nodes', 'node_group="GPU",state="Online"', [[if isBad then 1 else 2, 60]]),
      series('hpcpack_node_group_nodes', 'node_group="GPU",state="Offline"', [[if isBad then 3 else 2, 60]]),
      series('hpcpack_node_group_unreachable_nodes', 'node_group="GPU"', [[0, 60]]),
    ],
    absent: ['hpcpack_node_group_nodes'],
    says: [
      'Less than 50 % of node group GPU (east) is usable.',
      'For 30 minutes only 25% of the nodes of group GPU that are meant to run jobs have been online and reachable.',
    ],
  },

  NodeDrainingTooLong: {
    what: ['a node drains for a day', 'it is done 10 minutes earlier', 'nodes collector off'],
    at: 1455,
    labels: { node: 'n1', state: 'Draining' },
    series(isBad): [
      series('hpcpack_node_state', 'node="n1",state="Draining"', [[0, 10]] + if isBad then [[1, 1600]] else [[1, 1430], [0, 170]]),
    ],
    absent: ['hpcpack_node_state'],
    says: [
      'Node n1 of east has been draining for over 24 hours.',
      'A draining node takes no new jobs and goes offline when its last job ends. After 24 hours a job is very long, or it hangs.',
    ],
  },
}
