import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ProcessOptions, type Running, startProcess } from './process.ts'
import { watchFolder } from './watch.ts'

const logsOfAll = fileURLToPath(new URL('../../../.cache/e2e/logs', import.meta.url))

/** Where one simulator keeps its data and logs, and what runs in it. */
export type Site = {
  /** Data; removed by `close`. */
  folder: string
  /** One file per process; these stay, so that a failed test can be looked into. The next run removes them. */
  logs: string
  start(options: Omit<ProcessOptions, 'log'>): Promise<Running>
  /** What to do at `close` beside ending the processes; the last one first. */
  defer(undo: () => Promise<void>): void
  close(): Promise<void>
}

/** Opens a site; `name` is a few letters for its folders. */
export async function openSite(name: string): Promise<Site> {
  await mkdir(logsOfAll, { recursive: true })
  const folder = await mkdtemp(join(tmpdir(), `stovepipe-e2e-${name}-`))
  const logs = await mkdtemp(join(logsOfAll, `${name}-`))
  const forget = watchFolder(folder)
  const undoing: (() => Promise<void>)[] = []
  return {
    folder,
    logs,
    async start(options) {
      const running = await startProcess({ ...options, log: join(logs, `${options.name}.log`) })
      undoing.push(running.stop)
      return running
    },
    defer: undo => undoing.push(undo),
    async close() {
      const faults: unknown[] = []
      for (const undo of undoing.splice(0).reverse()) await undo().catch(fault => faults.push(fault))
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
      forget()
      if (faults.length > 0) throw new AggregateError(faults, `the site in ${folder} did not close`)
    },
  }
}

/** Removes the logs of earlier runs. */
export async function removeLogs(): Promise<void> {
  await rm(logsOfAll, { recursive: true, force: true })
}
