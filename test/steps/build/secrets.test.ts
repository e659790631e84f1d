import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { silentLog } from '../../../host/index.ts'
import { openRegistry } from '../../../images/index.ts'
import { secretValues } from '../../../steps/build/index.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

let shop: Workshop

beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())
beforeEach(() =>
  shop.begin({ Dockerfile: 'FROM scratch\nCOPY x /\n', x: 'x\n', '.gitignore': 'pass\n', '.dockerignore': 'pass\n' }),
)

test('values are in no argument, no line of the log, no label and no failure', async () => {
  shop.secrets.SECRET_TOKEN = 'very-hidden-word'
  await writeFile(join(shop.source, 'pass'), 'first-line\nsecond-line\n')
  const secrets = 'id=token,env=SECRET_TOKEN\nid=pass,src=pass'
  const loud: typeof shop.run = async (program, args, options) => {
    const result = await shop.run(program, args, options)
    if (args.includes('bud')) {
      options?.onOutput?.('+ login very-hidden-word sec', 'stdout')
      options?.onOutput?.('a warning meanwhile\n', 'stderr')
      options?.onOutput?.('ond-line\n', 'stdout')
    }
    return result
  }
  const outcome = await shop.build({ secrets }, { run: loud })
  expect(outcome.kind).toBe('pushed')
  const arguments_ = shop.ran.join('\n')
  expect(arguments_).toContain('--secret id=token,env=SECRET_TOKEN --secret id=pass,src=')
  const { info } = shop.said
  expect(info).toContain('+ login *** ***')
  const labels = await openRegistry({ fetch, log: silentLog }).labels({
    repository: outcome.repository,
    tag: outcome.tag,
  })
  const failing: typeof shop.run = async (program, args, options) =>
    args.includes('bud')
      ? { code: 1, signal: null, stdout: '', stderr: 'no very-hidden-word here' }
      : shop.run(program, args, options)
  const failure = await shop.build({ secrets, skip: 'false' }, { run: failing }).catch(String)
  expect(failure).toContain('no *** here')
  for (const text of [arguments_, info.join('\n'), JSON.stringify(labels), JSON.stringify(outcome), String(failure)]) {
    expect(text).not.toMatch(/very-hidden-word|first-line|second-line/)
  }
})

test('another value is the same content, another id is not', async () => {
  shop.secrets.SECRET_TOKEN = 'one-value'
  const first = await shop.build({ secrets: 'id=token,env=SECRET_TOKEN' })
  await shop.commit('two')
  shop.secrets.SECRET_TOKEN = 'other-value'
  expect((await shop.build({ secrets: 'id=token,env=SECRET_TOKEN' })).kind).toBe('reused')
  const other = await shop.build({ secrets: 'id=other,env=SECRET_TOKEN', tag: 'other' })
  expect(other.contentKey).not.toBe(first.contentKey)
})

test('a secret without a value is a mistake, before anything runs', async () => {
  await expect(shop.build({ secrets: 'id=token,env=SECRET_NONE' })).rejects.toThrow(
    /^input "secrets": the secret token has no value: the environment variable SECRET_NONE is not set\. .*for a fork/,
  )
  expect(shop.ran).toEqual([])
})

test('what must not be shown is the value and each of its lines, longest first, and nothing so short that it is everywhere', async () => {
  const secrets = [{ id: 'a', from: 'env', name: 'A' }] as const
  expect(await secretValues(secrets, { A: 'abcd\n  longer line\nx' })).toEqual([
    'abcd\n  longer line\nx',
    'longer line',
    'abcd',
  ])
})
