import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { runCommand, silentLog } from '../../../host/index.ts'
import { openSource } from '../../../steps/source/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { createRepository, startGitServer } from '../../support/git/index.ts'

const clock = new VirtualClock()

function portsIn(temporary: string, warnings: string[] = []) {
  const log = { ...silentLog, warning: (line: string) => void warnings.push(line) }
  const environment = { PATH: process.env.PATH, HOME: temporary }
  return { run: runCommand, clock, log, environment, temporary }
}

test('tells an older source from a newer one by the digits in the tags, over HTTP with a token', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-test-'))
  const bare = await createRepository(join(folder, 'served', 'kit.git'), { 'main.ts': '1\n' })
  const server = await startGitServer(join(folder, 'served'), { token: 'ghs_read' })
  const [older, newer] = [await bare.head(), await bare.commit({ 'main.ts': '2\n' })]
  const warnings: string[] = []
  const options = { repository: `${server.url}/kit.git`, token: () => 'ghs_read' }
  const source = await openSource(options, portsIn(folder, warnings))
  try {
    expect(await source.compare(older.slice(0, 12), newer.slice(0, 12))).toBe('ancestor')
    expect(await source.compare(newer, older.slice(0, 12))).toBe('descendant')
    expect(warnings).toEqual([])
    server.hooks.status = () => 503
    expect(await source.compare(older, 'f'.repeat(12))).toBe('unknown')
    expect(await source.compare(older, 'f'.repeat(12))).toBe('unknown')
    expect(warnings).toEqual([expect.stringContaining('503')])
    // An outage is borne for a while, for an image that is not admitted is known to no later run.
    const began = clock.now()
    server.hooks.status = () => (clock.now() - began < 60_000 ? 503 : undefined)
    const later = await bare.commit({ 'main.ts': '3\n' })
    expect(await source.compare(newer, later)).toBe('ancestor')
    expect(clock.now() - began).toBeGreaterThan(55_000)
  } finally {
    await source.close()
    await server.close()
  }
  expect(await readdir(folder)).toEqual(['served'])
  await rm(folder, { recursive: true, force: true })
})

test('a source that nobody named is unknown, and says so', async () => {
  const warnings: string[] = []
  const source = await openSource({ repository: undefined }, portsIn(tmpdir(), warnings))
  expect(await source.compare('1'.repeat(40), '2'.repeat(40))).toBe('unknown')
  expect(warnings).toEqual([expect.stringContaining('was not named')])
  await source.close()
})

test('an address that cannot be is a mistake', async () => {
  await expect(openSource({ repository: 'ext::sh -c id' }, portsIn(tmpdir()))).rejects.toThrow(ConfigurationError)
})
