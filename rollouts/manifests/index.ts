export { type AnalysisOptions, analysisTemplate } from './analysis-template.ts'
export type { Argument } from './argument.ts'
export { type HttpMetrics, httpMetrics } from './http.ts'
export { atLeast, atMost, enough, exactly, type Judgement } from './judge.ts'
export type { Manifest } from './manifest.ts'
export { type Matcher, type Matchers, select } from './selector.ts'
export { baseline, besideBaseline, release, type Side, stable, track } from './side.ts'
export type { Signal } from './signal.ts'
export { type CacheOptions, cacheHitRatio } from './signals/cache.ts'
export { type ErrorOptions, errorRatio, errorsAgainst } from './signals/errors.ts'
export { activeControllers, offlinePartitions } from './signals/kafka-health.ts'
export { type LatencyOptions, latency, latencyAgainst } from './signals/latency.ts'
export { jetstreamLag, kafkaLag, memphisLag } from './signals/queue-lag.ts'
export {
  cpuAgainst,
  cpuSaturation,
  memoryAgainst,
  memorySaturation,
  type SaturationOptions,
} from './signals/saturation.ts'
export { type HealingOptions, replacementHealing, restartHealing } from './signals/self-healing.ts'
export { type TrafficOptions, traffic, trafficAgainst } from './signals/traffic.ts'
export { type Timing, usualTiming } from './timing.ts'
export { toYaml } from './yaml.ts'
