// Expressions that rules, alerts and dashboards share. %(s)s stands for the selector of _config.
function(config) {
  local it = self,

  // Fills in the selector and other settings, and drops what an empty selector leaves behind.
  fill(expression, settings={})::
    local selector = if config.selector == '' then '' else config.selector + ',';
    local filled = std.rstripChars(expression, '\n') % (
      { s: selector, lookback: config.lookback } + settings
    );
    std.strReplace(std.strReplace(filled, ',}', '}'), '{}', ''),

  // 1 for each node that can run jobs, else 0: Online, and reachable (HPC Pack 2016) or not in Error (2019).
  nodeUsable: |||
    (
      sum without (state) (hpcpack_node_state{%(s)sstate="Online"})
      * (hpcpack_node_reachable{%(s)s} or 1 - sum without (health) (hpcpack_node_health{%(s)shealth="Error"}))
      or sum without (state) (hpcpack_node_state{%(s)sstate="Online"})
    )
  |||,

  // The nodes that the head node has lost, by what the product tells: reachability, or health.
  nodesLost: |||
    (hpcpack_unreachable_nodes{%(s)s} or sum without (health) (hpcpack_nodes_by_health{%(s)shealth="Error"}))
  |||,
  groupNodesLost: |||
    (
      hpcpack_node_group_unreachable_nodes{%(s)s}
      or sum without (health) (hpcpack_node_group_nodes_by_health{%(s)shealth="Error"})
    )
  |||,

  indent(text, spaces)::
    local lines = std.split(std.rstripChars(text, '\n'), '\n');
    std.join('\n' + std.repeat(' ', spaces), lines),
}
