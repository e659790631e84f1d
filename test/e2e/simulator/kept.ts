import { appendFileSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startOf } from './alive.ts'
import { signalGroup, startProcess } from './process.ts'
import { type Site, siteIn } from './site.ts'

/** Where everything is of the simulator that stays, unless another folder is named. */
export const usualHome = fileURLToPath(new URL('../../../.cache/e2e/up', import.meta.url))

const ledger = (home: string) => join(home, 'processes')

/** Whether all is being taken down: nothing new may start then. */
let ending = false

/** Opens the site that outlives this process; each of its processes is written down as soon as it runs. */
export async function openKeptSite(home: string): Promise<Site> {
  ending = false
  const [folder, logs] = [join(home, 'data'), join(home, 'logs')]
  for (const path of [folder, logs]) await mkdir(path, { recursive: true })
  return siteIn(folder, logs, async options => {
    if (ending) throw new Error(`${options.name} is not started: all is being taken down`)
    return startProcess({ ...options, stays: pid => appendFileSync(ledger(home), `${pid} ${startOf(pid)}\n`) })
  })
}

/** How many of its processes run. */
export async function countRunning(home: string): Promise<number> {
  return (await written(home)).filter(runs).length
}

/** Ends all of its processes and removes its folder. Gives how many it ended. */
export async function takeDown(home: string): Promise<number> {
  ending = true
  const running = (await written(home)).filter(runs).reverse()
  for (const { pid } of running) signalGroup(pid, 'SIGTERM')
  for (let waited = 0; waited < 15_000 && running.some(runs); waited += 200) await sleep(200)
  for (const process of running.filter(runs)) signalGroup(process.pid, 'SIGKILL')
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  return running.length
}

type Written = { pid: number; started: string }

async function written(home: string): Promise<Written[]> {
  const text = await readFile(ledger(home), 'utf8').catch(() => '')
  const lines = text.split('\n').filter(line => line !== '')
  return lines.map(line => ({ pid: Number.parseInt(line, 10), started: line.slice(line.indexOf(' ') + 1) }))
}

/** Whether it still is the process that was written down: an id is given out again, but not with the same start. */
function runs({ pid, started }: Written): boolean {
  return started !== '' && startOf(pid) === started
}
