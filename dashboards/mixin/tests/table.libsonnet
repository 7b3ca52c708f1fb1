// The table of alerts with their cases, in Markdown.
local config = (import '../mixin.libsonnet')._config;
local specs = import 'specs.libsonnet';
local row(alert) =
  local settings = config.alerts[alert];
  local name = config.alertPrefix + alert;
  '| [%s](RUNBOOK.md#%s) | %s | %s | %s | %s | %s |' % (
    [name, std.asciiLower(name), config.severities[settings.severity], settings['for']] + specs[alert].what
  );

|||
  <!-- Made from dashboards/mixin by "make monitoring"; change that, not this. -->
  # Alerts and their cases

  Each alert has five cases in `rules/tests/cases-*.yml`: it fires; it just does not; of clusters with one job
  and instance, told apart by any label of the target, only those fire that should; it goes on firing, or stays silent,
  while the exporter restarts; it stays silent when its series are absent. `promtool test rules rules/tests/*.yml`
  runs them all. Scenarios of several alerts stand beside them, by topic.

  | alert | severity | for | fires | just does not | series absent |
  | --- | --- | --- | --- | --- | --- |
||| + std.join('\n', [row(alert) for alert in std.objectFields(specs)]) + '\n'
