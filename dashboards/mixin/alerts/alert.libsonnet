// How an alert is made from its settings in _config, and what texts have in common.
function(config) {
  local it = self,
  local text = import '../lib/text.libsonnet',
  local written(_, value) = if std.isNumber(value) then text.number(value) else value,
  local expr = (import '../lib/expr.libsonnet')(config),

  // The cluster's name in texts: its label, else the instance.
  cluster:: '{{ with $labels.%s }}{{ . }}{{ else }}{{ $labels.instance }}{{ end }}' % config.clusterLabel,

  settings(name):: config.alerts[name],

  // Parameters: name without the prefix, expression, summary, description; values for both expression and texts.
  alert(name, expression, summary, description, values={})::
    local settings = it.settings(name);
    local all = { cluster: it.cluster } + std.mapWithKey(written, settings + values);
    [
      { alert: config.alertPrefix + name, expr: expr.fill(expression, all) }
      + (if settings['for'] == '0m' then {} else { 'for': settings['for'] })
      + {
        labels: { severity: config.severities[settings.severity] },
        annotations: {
          summary: summary % all,
          description: description % all,
          runbook_url: '%s#%s' % [config.runbookURL, std.asciiLower(config.alertPrefix + name)],
        },
      },
    ],

  group(name, alerts):: {
    name: name,
    local isEnabled(rule) =
      local key = std.substr(rule.alert, std.length(config.alertPrefix), std.length(rule.alert));
      !std.objectHas(config.alerts[key], 'enabled') || config.alerts[key].enabled,
    rules: [rule for rule in std.flattenArrays(alerts) if isEnabled(rule)],
  },

  // A sentence with up to ten names that a query finds, or nothing when it finds none.
  //
  // Parameters: the sentence with NAMES in it; the label that holds the names; the query, in which %(target)s stands for
  // the matchers of the alert's target. The result goes into a text that is formatted, so its % are doubled.
  names(sentence, label, query)::
    local labels = config.targetLabels;
    local matchers = ['%s=%%[%d]q' % [labels[i], i + 1] for i in std.range(0, std.length(labels) - 1)];
    local selector = if config.selector == '' then [] else [std.strReplace(config.selector, '%', '%%')];
    local asked = std.rstripChars(query, '\n') % { target: std.join(',', selector + matchers) };
    local list = '{{ range $i, $one := . }}{{ if lt $i 10 }}{{ if $i }}, {{ end }}{{ $one | label "%s" }}{{ end }}{{ end }}'
                 % label + '{{ if gt (len .) 10 }} and others{{ end }}';
    std.strReplace('{{ with printf `%s` %s | query | sortByLabel "%s" }} %s{{ end }}' % [
      asked,
      std.join(' ', ['$labels.' + name for name in labels]),
      label,
      std.strReplace(sentence, 'NAMES', list),
    ], '%', '%%'),
}
