import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { openRepository } from '../../../gitops/repository/index.ts'
import { type CommandOptions, type RunCommand, runCommand } from '../../../host/index.ts'
import { committer, ports, world } from './world.ts'

const token = 'ghs_0123456789abcdefSECRET'
const basic = Buffer.from(`x-access-token:${token}`).toString('base64')

test('reads and writes with a token that is in no argument, file, log line or message', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' }, { token })
  const seen: { args: readonly string[]; options: CommandOptions | undefined; printed: string }[] = []
  const lines: string[] = []
  const run: RunCommand = async (program, args, options) => {
    const result = await runCommand(program, args, options)
    seen.push({ args, options, printed: result.stdout + result.stderr })
    return result
  }
  const say = (line: string) => void lines.push(line)
  const log = { debug: say, info: say, warning: say, error: say }
  const options = { repository: there.url, branch: 'main', directory: '.', committer, token }
  const repository = await openRepository(options, { ...ports, run, log, temporary: there.folder })
  try {
    const tree = await repository.head()
    const write = { parent: tree.commit, message: 'b', changes: [{ path: 'a.yaml', text: 'a: 2\n' }] }
    expect((await repository.write(write)).kind).toBe('written')
    const exposed = JSON.stringify([seen.map(({ args, printed }) => [args, printed]), lines])
    expect(exposed).not.toContain(token)
    expect(exposed).not.toContain(basic)
    const folder = seen.find(({ options }) => options?.cwd)?.options?.cwd ?? ''
    expect(await readFile(join(folder, 'config'), 'utf8')).not.toContain('extraheader')
    // Only the calls to the server carry it.
    const holders = seen.filter(({ options }) =>
      Object.values(options?.env ?? {}).some(value => value?.includes(basic)),
    )
    expect(new Set(holders.map(({ args }) => args[0]))).toEqual(new Set(['ls-remote', 'fetch', 'push']))
  } finally {
    await repository.close()
  }
})

test.each([
  ['a wrong token', 'ghs_wrong', 'refuses the one it was given'],
  ['no token', undefined, 'asks for a token'],
])('%s is refused at once, with the cure', async (_, wrong, message) => {
  await using there = await world({ 'a.yaml': 'a: 1\n' }, { token })
  const error = await (await there.open({ token: wrong })).head().catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ConfigurationError)
  expect(String(error)).toContain('input "token"')
  expect(String(error)).toContain(message)
  expect(String(error)).not.toContain('ghs_wrong')
})

test('a token with a line end is refused without being shown', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' }, { token })
  const error = await (await there.open({ token: `${token}\n` })).head().catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ConfigurationError)
  expect(String(error)).not.toContain('SECRET')
})

test('a token that may be renewed is asked for before each call', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' }, { token })
  let current = token
  const repository = await there.open({ token: async () => current })
  const tree = await repository.head()
  current = 'ghs_renewed'
  there.server.hooks.token = 'ghs_renewed'
  expect((await repository.head()).commit).toBe(tree.commit)
})

test("the user's own headers, credential helpers, hooks and signing have no say", async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' }, { token })
  const config = join(there.folder, 'gitconfig')
  const lines = [
    ['http.extraheader', 'AUTHORIZATION: basic b3RoZXI6b3RoZXI='],
    [`http.${there.server.url}/.extraheader`, 'AUTHORIZATION: basic b3RoZXI6b3RoZXI='],
    ['credential.helper', `!touch ${there.folder}/asked; false`],
    ['core.hooksPath', there.folder],
    ['push.gpgSign', 'true'],
    ['commit.gpgSign', 'true'],
    ['core.autocrlf', 'true'],
  ]
  for (const [key = '', value = ''] of lines) await runCommand('git', ['config', '--file', config, '--add', key, value])
  const environment = {
    ...ports.environment,
    GIT_CONFIG_GLOBAL: config,
    GIT_DIR: '/nowhere',
    GIT_INDEX_FILE: '/nowhere',
  }
  const options = { repository: there.url, branch: 'main', directory: '.', committer, token }
  const repository = await openRepository(options, { ...ports, environment, temporary: there.folder })
  try {
    const tree = await repository.head()
    const write = { parent: tree.commit, message: 'b', changes: [{ path: 'a.yaml', text: 'a: 2\r\n' }] }
    expect((await repository.write(write)).kind).toBe('written')
    expect(await there.bare.read('a.yaml')).toBe('a: 2\r\n')
  } finally {
    await repository.close()
  }
})

test('no configuration leads to a command: only http, https, ssh and file are spoken', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const config = join(there.folder, 'gitconfig')
  const key = `url.ext::sh -c touch% ${there.folder}/ran% #.insteadOf`
  await runCommand('git', ['config', '--file', config, '--add', key, there.server.url])
  const environment = { ...ports.environment, GIT_CONFIG_GLOBAL: config, GIT_ALLOW_PROTOCOL: 'ext:http' }
  const options = { repository: there.url, branch: 'main', directory: '.', committer }
  const repository = await openRepository(options, { ...ports, environment, temporary: there.folder })
  try {
    await expect(repository.head()).rejects.toThrow("transport 'ext' not allowed")
    expect(existsSync(join(there.folder, 'ran'))).toBe(false)
  } finally {
    await repository.close()
  }
})

test('a token on its way over a network without encryption is warned of, not shown', async () => {
  const lines: string[] = []
  const log = { ...ports.log, warning: (line: string) => void lines.push(line) }
  const options = { branch: 'main', directory: '.', committer, token }
  for (const repository of ['http://127.0.0.1:1/a', 'https://example.com/a', 'http://example.com/a']) {
    await (await openRepository({ ...options, repository }, { ...ports, log })).close()
  }
  expect(lines).toEqual(['the token travels to http://example.com/a unencrypted: use https'])
})

test('once closed, nothing is left and nothing is done', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const temporary = join(there.folder, 'temporary')
  await mkdir(temporary)
  const options = { repository: there.url, branch: 'main', directory: '.', committer }
  const repository = await openRepository(options, { ...ports, temporary })
  await repository.head()
  expect(await readdir(temporary)).toHaveLength(1)
  await repository.close()
  expect(await readdir(temporary)).toEqual([])
  await expect(repository.head()).rejects.toThrow('closed')
  await repository.close()
})
