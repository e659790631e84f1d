import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { CommandNotFoundError, runCommand } from '../../host/index.ts'

test('gives back what a program prints, and its code', async () => {
  const script = 'read line; echo "out $line"; echo err >&2; exit 3'
  const result = await runCommand('sh', ['-c', script], { input: 'in\n' })
  expect(result).toEqual({ code: 3, signal: null, stdout: 'out in\n', stderr: 'err\n' })
})

test('arguments are no shell text', async () => {
  const { stdout } = await runCommand('printf', ['%s|', '$(id)', '; echo x', ''])
  expect(stdout).toBe('$(id)|; echo x||')
})

test('a program that is not there is an error of its own', async () => {
  await expect(runCommand('stovepipe-nothing', [])).rejects.toThrow(CommandNotFoundError)
})

/** A shell whose child holds its pipes; prints the child's process id first. */
const withChild = 'sleep 60 & echo $!; wait'

test.each([
  { what: 'the time is over', options: () => ({ timeout: 300 }) },
  { what: 'it is cancelled', options: () => ({ signal: AbortSignal.timeout(300) }) },
])('when $what, what the program started ends with it', async ({ options }) => {
  const started = performance.now()
  const { code, signal, stdout } = await runCommand('sh', ['-c', withChild], options())
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' })
  expect(performance.now() - started).toBeLessThan(10_000)
  expect(await ends(Number(stdout))).toBe(true)
})

test('what it prints is told in whole characters, and of which of the two it is', async () => {
  const told: string[] = []
  const halves = "printf 'gr\\303'; sleep 0.2; printf 'oops\\n' >&2; sleep 0.2; printf '\\274n\\n'"
  const { stdout, stderr } = await runCommand('sh', ['-c', halves], {
    onOutput: (text, from) => told.push(`${from} ${text}`),
  })
  expect({ stdout, stderr }).toEqual({ stdout: 'grün\n', stderr: 'oops\n' })
  expect(told).toEqual(['stdout gr', 'stderr oops\n', 'stdout ün\n'])
})

test('a program that ignores SIGTERM is killed', async () => {
  const { signal } = await runCommand('sh', ['-c', 'trap "" TERM; sleep 60 & wait; wait'], { timeout: 200 })
  expect(signal).toBe('SIGKILL')
}, 20_000)

test('what was cancelled before it began ends at once', async () => {
  const { signal } = await runCommand('sleep', ['60'], { signal: AbortSignal.abort() })
  expect(signal).toBe('SIGTERM')
})

test('what still runs ends with the process that started it', async () => {
  const command = new URL('../../host/command.ts', import.meta.url).href
  const script = `
    import { runCommand } from ${JSON.stringify(command)}
    runCommand('sh', ['-c', 'sleep 60 & echo $!; wait'], { onOutput: text => (process.stdout.write(text), process.exit(7)) })`
  const { code, stdout } = await runCommand(process.execPath, ['--input-type=module', '--eval', script])
  expect(code).toBe(7)
  expect(stdout).toMatch(/^\d+$/m)
  expect(await ends(Number(stdout))).toBe(true)
})

/** Whether a process that was sent a signal ends: it is told, and goes a moment later. `sleep 60` by itself does not. */
async function ends(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    if (!runs(pid)) return true
    await setTimeout(50)
  }
  return false
}

/** Whether a process is there and no zombie: the first process of a container may reap nothing. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
