// The monitoring mixin of hpcpack-exporter: rules, alerts, dashboards and Alertmanager's inhibition, from one _config.
(import 'config.libsonnet') +
(import 'rules/rules.libsonnet') +
(import 'alerts/alerts.libsonnet') +
(import 'alerts/inhibition.libsonnet') +
(import 'dashboards/dashboards.libsonnet')
