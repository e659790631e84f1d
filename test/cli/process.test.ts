import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

type Ended = { code: number | null; stdout: string; stderr: string }

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    printed.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    printed.stderr += chunk
  })
  const ended = new Promise<Ended>(resolve => child.on('close', code => resolve({ code, ...printed })))
  return { child, ended }
}

test.each([
  { args: ['--help'], code: 0, stdout: /^Ships one container image/, stderr: /^$/ },
  { args: ['status', '--nonsense'], code: 2, stdout: /^$/, stderr: /^error: input "--nonsense": unknown flag/ },
  { args: [], code: 2, stdout: /^$/, stderr: /Usage: stovepipe COMMAND/ },
])('as a process: stovepipe $args', async ({ args, code, stdout, stderr }) => {
  const ended = await start(args).ended
  expect(ended).toEqual({ code, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) })
})

test('a closed pipe is no fault', async () => {
  const { child, ended } = start(['--help'])
  child.stdout.destroy()
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s twice ends at once what does not listen, with 130', async signal => {
  const server = createServer(() => {}) // never answers
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const asked = new Promise<void>(resolve => server.once('request', () => resolve()))
    const { child, ended } = start(['status', '--repository', `http://127.0.0.1:${address.port}/gitops.git`])
    await asked
    child.kill(signal)
    await new Promise(resolve => setTimeout(resolve, 200))
    child.kill(signal)
    expect((await ended).code).toBe(130)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
