import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Whether a process is there: what is left of one that ended and that nobody has asked about (a zombie) counts. */
export function exists(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

/**
 * What tells a process from every other that had or will have its id: the boot and the tick it started at (proc(5)),
 * which no change of the wall clock moves; elsewhere than on Linux, its start as ps(1) says it. Empty if it does not
 * run, or if only a zombie is left.
 */
export function startOf(pid: number): string {
  return existsSync('/proc/self/stat') ? startByProc(pid) : startByPs(pid)
}

function startByProc(pid: number): string {
  try {
    // The name, in parentheses, may hold anything: what follows its last one are the fields from the third on.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, started] = [fields[0], fields[19]]
    if (state === 'Z' || state === 'X' || started === undefined) return ''
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${started}`
  } catch {
    return ''
  }
}

function startByPs(pid: number): string {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  })
  const [state = 'Z', ...start] = (stdout ?? '').trim().split(/\s+/)
  return state.startsWith('Z') ? '' : start.join(' ')
}
