import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { signalGroup, startProcess } from './process.ts'
import { type Site, siteIn } from './site.ts'

/** Everything of the simulator that stays is in this folder. */
export const home = fileURLToPath(new URL('../../../.cache/e2e/up', import.meta.url))

const ledger = join(home, 'processes')

/** Whether all is being taken down: nothing new may start then. */
let ending = false

/** Opens the site that outlives this process; each of its processes is written down as soon as it runs. */
export async function openKeptSite(): Promise<Site> {
  ending = false
  const [folder, logs] = [join(home, 'data'), join(home, 'logs')]
  for (const path of [folder, logs]) await mkdir(path, { recursive: true })
  return siteIn(folder, logs, async options => {
    if (ending) throw new Error(`${options.name} is not started: all is being taken down`)
    return startProcess({ ...options, stays: pid => appendFileSync(ledger, `${pid} ${startTime(pid)}\n`) })
  })
}

/** How many of its processes run. */
export async function countRunning(): Promise<number> {
  return (await written()).filter(runs).length
}

/** Ends all of its processes and removes its folder. Gives how many it ended. */
export async function takeDown(): Promise<number> {
  ending = true
  const running = (await written()).filter(runs).reverse()
  for (const { pid } of running) signalGroup(pid, 'SIGTERM')
  for (let waited = 0; waited < 15_000 && running.some(runs); waited += 200) await sleep(200)
  for (const process of running.filter(runs)) signalGroup(process.pid, 'SIGKILL')
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  return running.length
}

type Written = { pid: number; started: string }

async function written(): Promise<Written[]> {
  const text = await readFile(ledger, 'utf8').catch(() => '')
  const lines = text.split('\n').filter(line => line !== '')
  return lines.map(line => ({ pid: Number.parseInt(line, 10), started: line.slice(line.indexOf(' ') + 1) }))
}

/** Whether it still is the process that was written down: an id is given out again, but not with the same start. */
function runs({ pid, started }: Written): boolean {
  return started !== '' && startTime(pid) === started
}

/** When a process started, as ps(1) says it; empty if there is none, or only what is left of one. */
function startTime(pid: number): string {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  })
  const [state = 'Z', ...start] = stdout.trim().split(/\s+/)
  return state.startsWith('Z') ? '' : start.join(' ')
}
