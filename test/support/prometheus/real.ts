import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

export type RealPrometheus = { url: string; close(): Promise<void> }

/**
 * Starts the real Prometheus on loopback, with these samples in its database (OpenMetrics text with timestamps, which
 * promtool turns into blocks). It scrapes nothing.
 */
export async function startPrometheus(openMetrics: string): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'))
  const data = join(folder, 'data')
  await writeFile(join(folder, 'samples.om'), openMetrics)
  await writeFile(join(folder, 'prometheus.yml'), 'scrape_configs: []\n')
  if (openMetrics !== '') {
    await promisify(execFile)('promtool', [
      ...['tsdb', 'create-blocks-from', 'openmetrics', '--quiet'],
      ...[join(folder, 'samples.om'), data],
    ])
  }
  for (let attempt = 0; attempt < 5; attempt++) {
    const url = `http://127.0.0.1:${await freePort()}`
    const child = spawn('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=10000d',
      `--web.listen-address=${url.slice('http://'.length)}`,
      '--log.level=error',
    ])
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
    if (await ready(url, child)) {
      return {
        url,
        async close() {
          child.kill('SIGKILL')
          await ended
          await rm(folder, { recursive: true, force: true })
        },
      }
    }
    child.kill('SIGKILL')
    await ended
  }
  throw new Error('Prometheus did not start')
}

/** Samples of one series as OpenMetrics writes them: a list of [seconds since the epoch, value]. */
export function series(name: string, samples: readonly (readonly [number, number])[]): string {
  return samples.map(([seconds, value]) => `${name} ${value} ${seconds}\n`).join('')
}

async function ready(url: string, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (answer?.ok) return true
    await delay(50)
  }
  return false
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
