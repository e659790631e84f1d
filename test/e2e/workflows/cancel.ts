import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Cancels a step as GitHub's runner does: SIGINT to its process, SIGTERM 7.5 s later, and SIGKILL after 2.5 s more
 * (https://docs.github.com/actions/how-tos/manage-workflow-runs/cancel-a-workflow-run). act has nothing of the kind: it
 * kills at once, and its steps have sessions of their own, so that no signal to it reaches them. `act` is its process.
 */
export async function cancelSteps(act: number): Promise<void> {
  const steps = childrenOf(act)
  for (const [signal, patience] of [
    ['SIGINT', 7500],
    ['SIGTERM', 2500],
    ['SIGKILL', 0],
  ] as const) {
    const left = steps.filter(step => send(step, signal))
    for (let waited = 0; waited < patience && left.some(step => send(step, 0)); waited += 50) await sleep(50)
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap(task =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}

/** Whether the process was there to get it. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
