/** An argument of a template. One without a value must be given by whoever runs it: a gate, a Rollout, a person. */
export type Argument = { name: string; value?: string; about: string }

export const service: Argument = {
  name: 'service',
  about: 'the label app of its series, and the name of its container',
}
export const cluster: Argument = { name: 'cluster', about: 'the cluster that is judged; gates give it' }
export const digest: Argument = { name: 'digest', about: 'the digest of the release that is judged; gates give it' }
export const stableDigest: Argument = {
  name: 'stable-digest',
  about: 'the digest accepted before; `none` the first time; gates give it',
}
export const prometheus: Argument = {
  name: 'prometheus',
  value: 'http://prometheus-operated.monitoring:9090',
  about: "used in a cluster, where the Prometheus operator makes this Service; a gate asks the cluster file's",
}

/** Fewer requests than this in a window prove nothing. At 100, an error ratio of 1% is one request. */
export const minRequests: Argument = {
  name: 'min-requests',
  value: '100',
  about: 'fewer requests in one window prove nothing: inconclusive',
}

/** How a query or a condition refers to an argument; the controller fills it in. */
export function reference({ name }: Argument): string {
  return `{{args.${name}}}`
}
