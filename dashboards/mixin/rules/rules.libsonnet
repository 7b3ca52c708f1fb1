// Series that alerts and the fleet's dashboard build on, and that stay cheap to query over months.
//
// Everything is aggregated with "without" and matched with "ignoring", so that each label of the target is kept and two
// clusters never mix. Series of groups are never summed over node_group: a node or a job in two groups counts in both.
{
  local config = $._config,
  local expr = (import '../lib/expr.libsonnet')(config),
  local record(name, expression, settings={}) = { record: name, expr: expr.fill(expression, settings) },

  prometheusRules+:: {
    groups+: [
      {
        name: 'hpcpack-recording',
        rules: [
          record('instance:hpcpack_nodes:sum', 'sum without (state) (hpcpack_nodes{%(s)s})'),

          record('instance:hpcpack_nodes_unreachable:sum', expr.nodesLost),
          record('instance:hpcpack_nodes_unreachable:ratio', |||
            instance:hpcpack_nodes_unreachable:sum{%(s)s} / (instance:hpcpack_nodes:sum{%(s)s} > 0)
          |||),

          record('instance:hpcpack_cores_online:ratio', |||
            sum without (state) (hpcpack_cores{%(s)sstate="Online"}) / (sum without (state) (hpcpack_cores{%(s)s}) > 0)
          |||),

          // Without per-node series (--no-collector.node-details) the most that can be usable: the smaller of "Online" and
          // "not lost".
          record('instance:hpcpack_nodes_usable:sum', |||
            sum without (node) %(usable)s
            or (sum without (state) (hpcpack_nodes{%%(s)sstate="Online"}) <= (sum without (state) (hpcpack_nodes{%%(s)s}) - %(lost)s))
            or (sum without (state) (hpcpack_nodes{%%(s)s}) - %(lost)s)
            or sum without (state) (hpcpack_nodes{%%(s)sstate="Online"})
          ||| % { usable: expr.indent(expr.nodeUsable, 0), lost: expr.indent(expr.nodesLost, 0) }),

          record('instance:hpcpack_cores_usable:sum', |||
            sum without (node) (hpcpack_node_cores{%%(s)s} * %(usable)s)
            or sum without (state) (hpcpack_cores{%%(s)sstate="Online"})
          ||| % { usable: expr.indent(expr.nodeUsable, 0) }),

          // Busy of what can run jobs: cores in use, or those allocated to jobs where the server does not tell the former.
          record('instance:hpcpack_cores_in_use:ratio', |||
            (hpcpack_cores_in_use{%(s)s} or hpcpack_allocated_cores{%(s)s}) / (instance:hpcpack_cores_usable:sum{%(s)s} > 0)
          |||),

          record('instance_node_group:hpcpack_node_group_nodes_usable:sum', |||
            sum without (node) (
              hpcpack_node_group_member{%%(s)s}
              * ignoring (node_group) group_left ()
              %(usable)s
            )
            or
            (
              sum without (state) (hpcpack_node_group_nodes{%%(s)sstate="Online"})
              <= (sum without (state) (hpcpack_node_group_nodes{%%(s)s}) - %(lost)s)
            )
            or (sum without (state) (hpcpack_node_group_nodes{%%(s)s}) - %(lost)s)
            or sum without (state) (hpcpack_node_group_nodes{%%(s)sstate="Online"})
          ||| % { usable: expr.indent(expr.nodeUsable, 2), lost: expr.indent(expr.groupNodesLost, 2) }),

          // The nodes of a group that are meant to run jobs. A head node that is Offline is not, whatever group it is in,
          // nor a node that is not deployed; of nodes that come and go, those that are Online are. Without per-node series,
          // groups of head nodes and brokers have no such number.
          record('instance_node_group:hpcpack_node_group_nodes_expected:sum', |||
            count without (node) (
              hpcpack_node_group_member{%(s)snode_group!~"%(onDemand)s"}
              unless ignoring (node_group, state) hpcpack_node_state{%(s)sstate=~"%(absent)s"} == 1
              unless ignoring (node_group)
                (
                  hpcpack_node_group_member{%(s)snode_group=~"%(head)s"}
                  and ignoring (node_group, state) hpcpack_node_state{%(s)sstate="Online"} == 0
                )
            )
            or
            count without (node) (
              hpcpack_node_group_member{%(s)snode_group=~"%(onDemand)s"}
              and ignoring (node_group, state) hpcpack_node_state{%(s)sstate="Online"} == 1
            )
            or
            (
              sum without (state) (
                hpcpack_node_group_nodes{%(s)snode_group!~"%(head)s|%(broker)s|%(onDemand)s",state!~"%(absent)s"}
              )
              or sum without (state) (hpcpack_node_group_nodes{%(s)snode_group=~"%(onDemand)s",state="Online"})
            )
            unless ignoring (node) hpcpack_node_group_member{%(s)s}
          |||, {
            onDemand: config.onDemandNodeGroups,
            head: config.headNodeGroups,
            broker: config.brokerNodeGroups,
            absent: config.absentNodeStates,
          }),

          record('instance_node_group:hpcpack_node_group_nodes_usable:ratio', |||
            instance_node_group:hpcpack_node_group_nodes_usable:sum{%(s)s}
            / (instance_node_group:hpcpack_node_group_nodes_expected:sum{%(s)s} > 0)
          |||),

          // Queued jobs that are not held. Where the server tells neither which are held nor why jobs wait, all of them.
          record('instance:hpcpack_jobs_eligible:sum', |||
            sum without (state) (hpcpack_jobs{%(s)sstate="Queued"})
            - (hpcpack_held_jobs{%(s)s} or sum without (reason) (hpcpack_pending_jobs{%(s)sreason=~"HeldBy.+"}))
            or sum without (state) (hpcpack_jobs{%(s)sstate="Queued"})
          |||),
          record('instance:hpcpack_ungrouped_jobs_eligible:sum', |||
            sum without (state) (hpcpack_ungrouped_jobs{%(s)sstate="Queued"}) - hpcpack_ungrouped_held_jobs{%(s)s}
            or sum without (state) (hpcpack_ungrouped_jobs{%(s)sstate="Queued"})
          |||),
          record('instance_node_group:hpcpack_node_group_jobs_eligible:sum', |||
            sum without (state) (hpcpack_node_group_jobs{%(s)sstate="Queued"}) - hpcpack_node_group_held_jobs{%(s)s}
            or sum without (state) (hpcpack_node_group_jobs{%(s)sstate="Queued"})
          |||),

          // Queued jobs that could run, at the least: those that name no group, or the group with usable nodes for which
          // most wait. Where the server does not tell the groups of jobs, all that are eligible. Else 0.
          record('instance:hpcpack_jobs_runnable:max', |||
            max without (node_group) (
              instance_node_group:hpcpack_node_group_jobs_eligible:sum{%(s)s} > 0
              and instance_node_group:hpcpack_node_group_nodes_usable:sum{%(s)s} > 0
            )
            or (instance:hpcpack_ungrouped_jobs_eligible:sum{%(s)s} > 0)
            or
            (
              instance:hpcpack_jobs_eligible:sum{%(s)s}
              unless ignoring (node_group) instance_node_group:hpcpack_node_group_jobs_eligible:sum{%(s)s}
            )
            or 0 * instance:hpcpack_jobs_eligible:sum{%(s)s}
          |||),

          record('instance:hpcpack_jobs_completed:increase1h', |||
            sum without (state) (increase(hpcpack_jobs_completed_total{%(s)s}[1h]))
          |||),
          record('instance:hpcpack_jobs_failed:ratio_increase1h', |||
            sum without (state) (increase(hpcpack_jobs_completed_total{%(s)sstate="Failed"}[1h]))
            / (instance:hpcpack_jobs_completed:increase1h{%(s)s} > 0)
          |||),

          record('instance_operation:hpcpack_api_request_duration_seconds:mean30m', |||
            rate(hpcpack_api_request_duration_seconds_sum{%(s)s}[30m])
            / (rate(hpcpack_api_request_duration_seconds_count{%(s)s}[30m]) > 0)
          |||),
        ],
      },
    ],
  },
}
