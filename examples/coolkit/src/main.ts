import { createServer, type RequestListener, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { api, routes } from './api.ts'
import { Metrics } from './metrics.ts'
import { operations } from './operations.ts'
import { readSettings } from './settings.ts'

const settings = readSettings(process.env)
const metrics = new Metrics(settings.identity, routes)
let leaving = false

const service = await listen(
  api(settings, metrics, () => leaving),
  settings.port,
)
const watched = await listen(
  operations(metrics, () => leaving),
  settings.metricsPort,
)
log('serving', { ...settings.identity, service: addressOf(service), operations: addressOf(watched) })

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => leave(signal))

/**
 * Leaves without losing a request: turns unhealthy, goes on answering while the load balancers notice, then takes no
 * more connections and waits for the requests in flight. A second signal ends the process at once.
 */
async function leave(signal: string): Promise<void> {
  leaving = true
  log('leaving', { signal })
  await sleep(settings.drainDelay)
  const closed = new Promise(resolve => service.close(resolve))
  service.closeIdleConnections()
  const ended = await Promise.race([closed.then(() => true), sleep(settings.drainTimeout).then(() => false)])
  log(ended ? 'left' : 'left with requests in flight', {})
  process.exit(ended ? 0 : 1)
}

async function listen(listener: RequestListener, port: number): Promise<Server> {
  const server = createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, settings.host, resolve)
  })
  return server
}

function addressOf(server: Server): string {
  const address = server.address()
  return typeof address === 'object' && address ? `${address.address}:${address.port}` : String(address)
}

function log(message: string, fields: Readonly<Record<string, string>>): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), message, ...fields })}\n`)
}
