// Every alert with what it sees:
//   what: when it fires, when it just does not, which series are absent, in words;
//   at: the minute at which it fires; notAt: that at which it does not, when it is another one;
//   series: a function of whether they are bad; labels: those of the alert that are not the target's;
//   restart: series and minute at which nothing fires, for alerts that no restart may set off;
//   absent: metrics that are left out; absentFires: the labels of what fires then;
//   says: summary and description.
(import 'exporter.libsonnet') + (import 'nodes.libsonnet') + (import 'jobs.libsonnet')
