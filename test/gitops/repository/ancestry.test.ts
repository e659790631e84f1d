import { expect, test } from '@jest/globals'
import { openHistory } from '../../../gitops/repository/index.ts'
import { ports, type World, world } from './world.ts'

/** Runs a check on the history of a world, which is closed afterwards. */
async function compare(there: World, pairs: readonly (readonly [string, string])[], token?: string) {
  const options = { repository: there.url, token, timeout: 20_000 }
  const history = await openHistory(options, { ...ports, temporary: there.folder })
  try {
    const found = []
    for (const [first, second] of pairs) found.push(await history.compare(first, second))
    return found
  } finally {
    await history.close()
  }
}

/** A chain of commits on top of `parent`, made in one go; gives the last one. */
async function grow(there: World, count: number, branch = 'main') {
  const head = await there.bare.head(branch)
  const tree = (await there.bare.git('rev-parse', `${head}^{tree}`)).trim()
  const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.com']
  let parent = head
  for (let n = 0; n < count; n++) {
    parent = (await there.bare.git(...identity, 'commit-tree', '-p', parent, '-m', `${n}`, tree)).trim()
  }
  await there.bare.git('update-ref', `refs/heads/${branch}`, parent)
  return parent
}

describeFilters('true')
describeFilters('false')

/** The same with a server that can leave files out, and with one that cannot. */
function describeFilters(filters: 'true' | 'false') {
  test(`older, newer, equal and diverged commits, with filters ${filters}`, async () => {
    await using there = await world({ 'a.txt': 'a\n' }, { token: 'ghs_x' })
    await there.bare.git('config', 'uploadpack.allowFilter', filters)
    const root = await there.bare.head()
    await there.bare.git('update-ref', 'refs/heads/side', root)
    const side = await there.bare.commit({ 'side.txt': 's\n' }, { branch: 'side' })
    const far = await grow(there, 60)
    const found = await compare(
      there,
      [
        [far, far],
        [far.slice(0, 12), far],
        [root, far],
        [far.slice(0, 12), root.slice(0, 12)],
        [side, far],
        [root, side],
        ['0123456789ab', far],
        ['main', far],
        ['--all', far],
      ],
      'ghs_x',
    )
    expect(found.map(({ kind }) => kind)).toEqual([
      ...['equal', 'equal', 'ancestor', 'descendant', 'diverged', 'ancestor', 'unknown', 'unknown', 'unknown'],
    ])
    expect(found[6]).toMatchObject({ reason: expect.stringContaining('has no commit 0123456789ab on a branch or tag') })
  })
}

test('a hotfix that only a tag holds is found', async () => {
  await using there = await world({ 'a.txt': 'a\n' })
  const root = await there.bare.head()
  await there.bare.git('update-ref', 'refs/heads/hotfix', root)
  const fix = await there.bare.commit({ 'a.txt': 'fixed\n' }, { branch: 'hotfix' })
  await there.bare.git('update-ref', '-d', 'refs/heads/hotfix')
  await there.bare.git('update-ref', 'refs/tags/v1', fix)
  expect(await compare(there, [[root, fix]])).toEqual([{ kind: 'ancestor' }])
})

test('a commit pushed later is fetched; a pair at hand costs no request', async () => {
  await using there = await world({ 'a.txt': 'a\n' })
  const first = await there.bare.head()
  const second = await grow(there, 2)
  const history = await openHistory({ repository: there.url }, { ...ports, temporary: there.folder })
  try {
    expect(await history.compare(first, second)).toEqual({ kind: 'ancestor' })
    const requests = JSON.stringify(there.server.counts)
    expect(await history.compare(second, first)).toEqual({ kind: 'descendant' })
    expect(JSON.stringify(there.server.counts)).toBe(requests)
    const third = await grow(there, 1)
    expect(await history.compare(second, third)).toEqual({ kind: 'ancestor' })
  } finally {
    await history.close()
  }
})

test('no files are fetched where the server can leave them out', async () => {
  await using there = await world({ 'large.bin': Buffer.alloc(3_000_000, 'abcdefg') })
  await there.bare.git('config', 'uploadpack.allowFilter', 'true')
  await there.bare.git('config', 'core.compression', '0')
  const first = await there.bare.head()
  const second = await there.bare.commit({ 'b.txt': 'b\n' })
  const history = await openHistory({ repository: there.url }, { ...ports, temporary: there.folder })
  try {
    expect(await history.compare(first, second)).toEqual({ kind: 'ancestor' })
    expect(there.server.sent).toBeLessThan(100_000)
  } finally {
    await history.close()
  }
})

test('what cannot be asked is unknown, with the reason', async () => {
  await using there = await world({ 'a.txt': 'a\n' }, { token: 'ghs_x' })
  const pair = ['1'.repeat(40), '2'.repeat(40)] as const
  expect(await compare(there, [pair], 'ghs_wrong')).toMatchObject([
    { kind: 'unknown', reason: expect.stringContaining('token') },
  ])
  there.server.hooks.token = undefined
  there.server.hooks.status = () => 500
  expect(await compare(there, [pair])).toMatchObject([{ kind: 'unknown', reason: expect.stringContaining('500') }])
  there.server.hooks.status = undefined
  await using empty = await world({})
  expect(await compare(empty, [pair])).toMatchObject([
    { kind: 'unknown', reason: expect.stringContaining('no commits') },
  ])
})
