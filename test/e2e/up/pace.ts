/**
 * Requests a second for each app at the load balancer: enough that one canary pod of four on the canary cluster, which
 * has a twentieth of them, is judged within its analysis's window.
 */
export const requestsPerSecond = 120

/** What the template waits for in minutes, in seconds; windows stay wide enough for the requests that they must hold. */
export const soon: readonly (readonly [RegExp, string])[] = [
  [/\[2m\]/g, '[40s]'],
  [/interval: 1m\b/g, 'interval: 5s'],
  [/count: 5\b/g, 'count: 3'],
  [/duration: 150s/g, 'duration: 50s'],
  [/minReadySeconds: 10\b/g, 'minReadySeconds: 1'],
  [/soak: 5m/g, 'soak: 5s'],
  [/(name: min-requests\n +value: )"100"/g, '$1"20"'],
  [/minimumRequests: \d+/g, 'minimumRequests: 20'],
]
