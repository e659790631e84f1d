import type { RequestListener } from 'node:http'
import type { Metrics } from './metrics.ts'

/** The operations port: `/healthz` for the platform and the load balancer, `/metrics` for Prometheus. */
export function operations(metrics: Metrics, leaving: () => boolean): RequestListener {
  return (request, response) => {
    if (request.url === '/healthz') {
      response.writeHead(leaving() ? 503 : 200, { 'content-type': 'text/plain' })
      response.end(leaving() ? 'leaving\n' : 'ok\n')
    } else if (request.url === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      response.end(metrics.format())
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' })
      response.end('no such thing\n')
    }
  }
}
