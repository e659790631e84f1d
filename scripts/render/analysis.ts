import {
  type AnalysisOptions,
  activeControllers,
  baseline,
  besideBaseline,
  cacheHitRatio,
  cpuAgainst,
  cpuSaturation,
  errorRatio,
  errorsAgainst,
  jetstreamLag,
  kafkaLag,
  latency,
  latencyAgainst,
  memoryAgainst,
  memorySaturation,
  memphisLag,
  offlinePartitions,
  release,
  replacementHealing,
  restartHealing,
  type Side,
  type Signal,
  stable,
  traffic,
  trafficAgainst,
} from '../../rollouts/manifests/index.ts'

/** The AnalysisTemplates of the GitOps template by name, each a set of signals for one release on one cluster. */
export const analyses: Readonly<Record<string, AnalysisOptions>> = {
  'golden-signals': {
    about:
      'What every HTTP service has, for one release on one cluster. Each query selects both: over the whole fleet, 95% ' +
      'of good traffic would hide a bad canary. Without enough requests nothing is concluded, and it is tried again.',
    signals: [errorRatio(), latency({ quantile: 0.9, max: 0.1 }), latency({ quantile: 0.99, max: 1 })],
  },
  traffic: { about: 'Whether there is anything to judge a release by.', signals: [traffic()] },
  saturation: {
    about:
      'How full the pods of one release are, on one cluster. From cAdvisor and kube-state-metrics, whose series carry ' +
      'cluster like all others; the container is named as the service.',
    signals: [cpuSaturation(), memorySaturation()],
  },
  'against-stable': {
    about:
      'A release on one cluster compared with what ran before on the others, at the same time: what befalls both, as a ' +
      'rush or a slow database, is not its fault. The first release has nothing to be compared with, and passes. For the ' +
      'wave of the canaries: where the last primary is judged, nothing of what ran before is left. It is asked in a store ' +
      'that all clusters write to (README.md, "One store for the fleet").',
    signals: comparisons(stable, release, 0.025),
  },
  'saturation-against-stable': {
    about:
      'How full the pods of a release are, compared with those of what ran before on the other clusters. It is asked in a ' +
      'store that all clusters write to (README.md, "One store for the fleet").',
    signals: [cpuAgainst(stable), memoryAgainst(stable)],
  },
  'against-baseline': {
    about:
      'A release on one cluster compared with the former one, started anew beside it with as much traffic and the label ' +
      'track=baseline on its series.',
    signals: comparisons(baseline, besideBaseline, 0.5),
  },
  'saturation-against-baseline': {
    about:
      'How full the pods of a release are, compared with those of a baseline beside it. kube-state-metrics must show ' +
      'labels of pods: `--metric-labels-allowlist=pods=[track,app.kubernetes.io/name]`.',
    signals: [cpuAgainst(baseline, { of: besideBaseline }), memoryAgainst(baseline, { of: besideBaseline })],
  },
  'jetstream-lag': { about: 'Consumers of a NATS JetStream stream.', signals: [jetstreamLag()] },
  'memphis-lag': { about: 'Consumer groups of a Memphis station.', signals: [memphisLag()] },
  'kafka-lag': { about: 'A consumer group of a Kafka topic.', signals: [kafkaLag()] },
  'kafka-health': {
    about: 'The health of a Kafka cluster that Strimzi runs: a release that breaks its broker is no good release.',
    signals: [activeControllers(), offlinePartitions()],
  },
  'cache-hit-ratio': { about: 'A cache, as redis_exporter tells of Redis or Valkey.', signals: [cacheHitRatio()] },
  'self-healing': {
    about:
      'How fast the pods of one release come back, on one cluster: after a crash, and in place of a pod that was lost. ' +
      'Most telling while something is broken on purpose.',
    signals: [restartHealing(), replacementHealing()],
  },
}

function comparisons(other: Side, of: Side, minTraffic: number): Signal[] {
  return [
    trafficAgainst(other, { of, min: minTraffic }),
    errorsAgainst(other, { of }),
    latencyAgainst(other, { of, quantile: 0.5, max: 1.5 }),
    latencyAgainst(other, { of, quantile: 0.9, max: 1.5 }),
  ]
}
