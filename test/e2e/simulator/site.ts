import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exists } from './alive.ts'
import { type ProcessOptions, type Running, startProcess } from './process.ts'
import { watchFolder } from './watch.ts'

const logsOfAll = fileURLToPath(new URL('../../../.cache/e2e/logs', import.meta.url))

/** Where one simulator keeps its data and logs, and what runs in it. */
export type Site = {
  /** Data; removed by `close`. */
  folder: string
  /** One file per process. */
  logs: string
  start(options: Omit<ProcessOptions, 'log' | 'stays'>): Promise<Running>
  /** What to do at `close` once the processes have ended; the last one first. */
  defer(undo: () => Promise<void>): void
  close(): Promise<void>
}

/**
 * Opens a site that ends with this process; `name` is a few letters for its folders. The logs stay, so that a failed
 * test can be looked into; the next run removes them.
 */
export async function openSite(name: string): Promise<Site> {
  await mkdir(logsOfAll, { recursive: true })
  const folder = await mkdtemp(join(tmpdir(), `stovepipe-e2e-${name}-`))
  const logs = await mkdtemp(join(logsOfAll, `${name}-${process.pid}-`))
  const forget = watchFolder(folder)
  const { close, ...site } = siteIn(folder, logs, startProcess)
  return { ...site, close: () => close().finally(forget) }
}

/** A site in these folders; `start` is how a process is started. */
export function siteIn(folder: string, logs: string, start: (options: ProcessOptions) => Promise<Running>): Site {
  const undoing: (() => Promise<void>)[] = [
    () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  ]
  const started: Running[] = []
  return {
    folder,
    logs,
    async start(options) {
      const running = await start({ ...options, log: join(logs, `${options.name}.log`) })
      started.push(running)
      return running
    },
    defer: undo => undoing.push(undo),
    async close() {
      const faults: unknown[] = []
      const stopping = started.splice(0).map(({ stop }) => stop().catch(fault => faults.push(fault)))
      await Promise.all(stopping)
      for (const undo of undoing.splice(0).reverse()) await undo().catch(fault => faults.push(fault))
      if (faults.length > 0) throw new AggregateError(faults, `the site in ${folder} did not close`)
    },
  }
}

/** Removes the logs of runs that have ended. */
export async function removeLogs(): Promise<void> {
  for (const name of await readdir(logsOfAll).catch(() => [])) {
    const [, owner] = /-(\d+)-[^-]+$/.exec(name) ?? []
    if (!exists(Number(owner))) await rm(join(logsOfAll, name), { recursive: true, force: true })
  }
}
