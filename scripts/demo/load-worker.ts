import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { type Cell, latencyBounds, type Second } from './load.ts'

// The load generator, on a thread of its own: nothing the demo does makes a request late. Requests leave at a steady
// pace whatever the answers do (an open loop), so a slow release does not quietly get fewer of them.

const { url, rate } = z.object({ url: z.url(), rate: z.number().positive() }).parse(workerData)
const paths = ['/', '/kits', '/kits/stove', '/kits/tent']
const tick = 10
const patience = 5000
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const started = performance.now()
let sent = 0
let cells = new Map<string, Cell>()

setInterval(() => {
  const due = Math.floor(((performance.now() - started) / 1000) * rate)
  // After a stall of the whole machine the missed requests are not sent in one burst.
  sent = Math.max(sent, due - rate / 4)
  while (sent < due) send(paths[sent++ % paths.length] ?? '/')
}, tick)

setInterval(() => {
  const second: Second = { at: Date.now(), cells: [...cells.values()] }
  cells = new Map()
  parentPort?.postMessage(second)
}, 1000)

function send(path: string): void {
  const from = performance.now()
  let counted = false
  const count = (cluster: string, release: string, failed: boolean) => {
    if (counted) return
    counted = true
    const key = `${cluster} ${release}`
    const cell = cells.get(key) ?? { cluster, release, requests: 0, errors: 0, latencies: latencyBounds.map(() => 0) }
    cells.set(key, cell)
    cell.requests += 1
    if (failed) cell.errors += 1
    const ms = performance.now() - from
    const index = latencyBounds.findIndex(bound => ms <= bound)
    cell.latencies[index] = (cell.latencies[index] ?? 0) + 1
  }
  const outgoing = request(new URL(path, url), { agent, timeout: patience }, response => {
    const { 'x-cluster': cluster = 'none', 'x-release': release = 'none' } = response.headers
    response.resume()
    response.on('end', () => count(String(cluster), String(release), (response.statusCode ?? 500) >= 500))
    response.on('error', () => count(String(cluster), String(release), true))
  })
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')))
  outgoing.on('error', () => count('none', 'none', true))
  outgoing.end()
}
