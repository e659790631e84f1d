export { applyWeights, drainServer, type WeightChange } from './apply.ts'
export { haproxy, parseRuntimeAddress, type RuntimeAddress } from './haproxy.ts'
export { type LoadBalancer, LoadBalancerError, type ServerState } from './load-balancer.ts'
export { largestWeight, weightsFor } from './weights.ts'
