import { createServer } from 'node:http'
import { Counters } from './counters.ts'
import type { Pod } from './pods.ts'

/** A release whose digest begins like this fails one request in five: for tests of releases that must not go on. */
export const failing = 'sha256:bad1'

/**
 * Answers `/APP/…` on loopback as one Ready pod of that app after the other would, with 503 where there is none, and
 * `/metrics` for Prometheus with the labels that the apps' own series have.
 */
export function serveApps({
  cluster,
  port,
  pods,
}: {
  cluster: string
  port: number
  pods: () => readonly Pod[]
}): void {
  const counters = new Counters()
  let turn = 0
  createServer((request, response) => {
    const path = request.url ?? '/'
    if (path === '/metrics') {
      for (const pod of pods()) counters.begin(identity(cluster, pod)) // at 0, before the first request
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(counters.format())
      return
    }
    const [, app = ''] = path.split('/')
    const ready = pods().filter(pod => pod.app === app)
    turn++
    const pod = ready[turn % Math.max(1, ready.length)]
    if (pod === undefined) {
      response.writeHead(path === '/healthz' ? 200 : 503).end()
      return
    }
    const code = pod.digest.startsWith(failing) && Math.random() < 0.2 ? 500 : 200
    counters.count(identity(cluster, pod), code, 0.002 + Math.random() * 0.02)
    response.writeHead(code, { 'x-cluster': cluster, 'x-digest': pod.digest }).end()
  }).listen(port, '127.0.0.1')
}

function identity(cluster: string, { name, app, digest, track }: Pod): Record<string, string> {
  return { app, cluster, digest, track, pod: name }
}
