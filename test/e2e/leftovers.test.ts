import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { startOf } from './simulator/alive.ts'
import { eventually } from './simulator/index.ts'

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'whoever started a simulator and got %s leaves nothing',
  async signal => {
    const program = fileURLToPath(new URL('simulator/site.ts', import.meta.url))
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const { openSite } = await import(${JSON.stringify(program)})
       const site = await openSite('leftovers')
       const { pid } = await site.start({ name: 'sleep', program: 'sleep', args: ['600'], ready: async () => true })
       console.log(JSON.stringify({ pid, folder: site.folder }))
       setInterval(() => {}, 1000)`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const { pid, folder } = JSON.parse(String(line))
    expect(existsSync(folder)).toBe(true)
    expect(lives(pid)).toBe(true)

    child.kill(signal)
    await eventually('the process and the folder are gone', async () => !lives(pid) && !existsSync(folder), {
      timeout: 15_000,
    })
  },
)

/** Whether it runs; one that ended and that nobody has asked about (a zombie) does not. */
const lives = (pid: number) => startOf(pid) !== ''
