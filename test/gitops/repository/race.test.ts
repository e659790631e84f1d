import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { type Derive, RepositoryUnreachableError, writeDerived } from '../../../gitops/repository/index.ts'
import { systemClock } from '../../../host/index.ts'
import { type World, world } from './world.ts'

const clock = systemClock

/** Appends a line, as long as it is not there yet. */
function append(path: string, line: string): Derive {
  return async tree => {
    const text = tree.read(path) ?? ''
    if (text.includes(`${line}\n`)) return undefined
    return { message: `add ${line}`, changes: [{ path, text: `${text}${line}\n` }] }
  }
}

/** Makes the server accept someone else's commit after each of the next `count` pushes was sent, before Git sees it. */
function loseRaces(there: World, count: number) {
  let left = count
  there.server.hooks.before = async kind => {
    if (kind === 'push' && left-- > 0) await there.bare.commit({ [`other-${left}.yaml`]: 'theirs\n' })
  }
}

test('a race lost on the server is reported, and nothing is written', async () => {
  await using there = await world({ 'list.txt': '' })
  const repository = await there.open()
  const tree = await repository.head()
  loseRaces(there, 1)
  const write = { parent: tree.commit, message: 'mine', changes: [{ path: 'list.txt', text: 'mine\n' }] }
  expect(await repository.write(write)).toEqual({ kind: 'lost' })
  expect(there.server.counts.push).toBe(1)
  expect(await there.bare.read('list.txt')).toBe('')
  expect(await there.bare.read('other-0.yaml')).toBe('theirs\n')
  expect(await repository.write(write)).toEqual({ kind: 'lost' }) // now Git itself sees it, and sends nothing
  expect(there.server.counts.push).toBe(1)
})

test('an old parent is lost even where the push would be a fast-forward, or the branch was rewound', async () => {
  await using there = await world({ 'list.txt': '' })
  const repository = await there.open()
  const old = await repository.head()
  const second = await there.bare.commit({ 'list.txt': 'theirs\n' })
  const write = { message: 'mine', changes: [{ path: 'list.txt', text: 'mine\n' }] }
  const newer = await repository.head()
  await there.bare.git('update-ref', 'refs/heads/main', old.commit)
  expect(await repository.write({ ...write, parent: newer.commit })).toEqual({ kind: 'lost' })
  await there.bare.git('update-ref', 'refs/heads/main', second)
  expect(await repository.write({ ...write, parent: old.commit })).toEqual({ kind: 'lost' })
  expect(await there.bare.read('list.txt')).toBe('theirs\n')
})

test('a lost race is derived again on the new head: both edits of one line are there', async () => {
  await using there = await world({ 'list.txt': 'first\n' })
  const repository = await there.open()
  let races = 2
  there.server.hooks.before = async kind => {
    if (kind !== 'push' || races-- <= 0) return
    const text = await there.bare.read('list.txt')
    await there.bare.commit({ 'list.txt': `${text}theirs ${races}\n` })
  }
  const written = await writeDerived(repository, append('list.txt', 'mine'), { clock, jitter: () => 0 })
  expect(written).toMatchObject({ kind: 'written', tries: 3 })
  expect(await there.bare.read('list.txt')).toBe('first\ntheirs 1\ntheirs 0\nmine\n')
  const again = await writeDerived(repository, append('list.txt', 'mine'), { clock })
  expect(again).toMatchObject({ kind: 'unchanged', tries: 0 })
  expect(there.server.counts.push).toBe(3)
})

test('gives up after the tries it was given', async () => {
  await using there = await world({ 'list.txt': '' })
  loseRaces(there, 100)
  const derived = writeDerived(await there.open(), append('list.txt', 'mine'), { clock, tries: 3, jitter: () => 0 })
  await expect(derived).rejects.toThrow('3 times in a row')
  expect(there.server.counts.push).toBe(3)
})

test('ten writers at once: every commit is there, in fewer pushes than pull and rebase takes', async () => {
  await using there = await world({ 'list.txt': '' })
  const names = Array.from({ length: 10 }, (_, n) => `writer ${n}`)
  const repositories = await Promise.all(names.map(() => there.open()))
  const results = await Promise.all(
    repositories.map((repository, n) => writeDerived(repository, append('list.txt', names[n] ?? ''), { clock })),
  )
  expect(results.map(result => result.kind)).toEqual(names.map(() => 'written'))
  const lines = (await there.bare.read('list.txt'))?.trim().split('\n')
  expect(lines?.sort()).toEqual(names)
  expect((await there.bare.log()).length).toBe(11)
  expect(there.server.counts.push).toBeGreaterThanOrEqual(10)
  expect(there.server.counts.push).toBeLessThanOrEqual(55) // one of those who race always wins: 10 + 9 + … + 1
  expect(await there.bare.git('fsck', '--strict', '--no-dangling')).toBe('')
}, 90_000)

test('a connection cut before the server saw the push: nothing is written, and the next try writes', async () => {
  await using there = await world({ 'list.txt': '' })
  const repository = await there.open()
  const tree = await repository.head()
  there.server.hooks.drop = kind => (kind === 'push' ? 'before' : undefined)
  const write = { parent: tree.commit, message: 'mine', changes: [{ path: 'list.txt', text: 'mine\n' }] }
  await expect(repository.write(write)).rejects.toThrow(RepositoryUnreachableError)
  expect(await there.bare.head()).toBe(tree.commit)
  const patient = {
    now: clock.now,
    async sleep() {
      there.server.hooks.drop = undefined
    },
  }
  const derived = await writeDerived(repository, append('list.txt', 'mine'), { clock: patient })
  expect(derived).toMatchObject({ kind: 'written', tries: 2 })
  expect(await there.bare.read('list.txt')).toBe('mine\n')
})

// curl repeats a request by itself when a connection that it used before is cut: the second time the server refuses.
test.each([
  ['the repeated push is answered', 1],
  ['so is the repeated push', 2],
])('a connection cut after the server took the push, %s: written, and the branch tells so', async (_, count) => {
  await using there = await world({ 'list.txt': '' })
  const repository = await there.open()
  let cuts = count
  there.server.hooks.drop = kind => (kind === 'push' && cuts-- > 0 ? 'after' : undefined)
  const derived = await writeDerived(repository, append('list.txt', 'mine'), { clock })
  expect(derived).toMatchObject({ kind: 'written', tries: 1 })
  expect(derived.tree.commit).toBe(await there.bare.head())
  expect((await there.bare.log()).length).toBe(2)
})

test('cut after the push, with commits of others since: ours in the history is written, absent is lost', async () => {
  await using there = await world({ 'list.txt': '' })
  const repository = await there.open()
  const tree = await repository.head()
  const cut: { when: 'before' | 'after' | undefined } = { when: 'after' }
  there.server.hooks.drop = kind => (kind === 'push' ? cut.when : undefined)
  // The branch moves on between the cut push and the question that follows it.
  let moved = false
  there.server.hooks.before = async kind => {
    if (kind === 'push') moved = false
    else if (there.server.counts.push > 0 && !moved) {
      moved = true
      for (let n = 0; n < 3; n++) await there.bare.commit({ [`other-${n}`]: `${there.server.counts.push}\n` })
    }
  }
  const write = { message: 'mine', changes: [{ path: 'list.txt', text: 'mine\n' }] }
  const written = await repository.write({ ...write, parent: tree.commit })
  expect(written).toMatchObject({ kind: 'written' })
  expect((await there.bare.log()).map(({ subject }) => subject)).toContain('mine')
  cut.when = 'before'
  const next = await repository.head()
  const more = { message: 'more', changes: [{ path: 'list.txt', text: 'more\n' }] }
  expect(await repository.write({ ...more, parent: next.commit })).toEqual({ kind: 'lost' })
  expect((await there.bare.log()).map(({ subject }) => subject)).not.toContain('more')
})

test('a server that fails in the middle is not taken for a rule', async () => {
  await using there = await world({ 'list.txt': '' })
  const repository = await there.open()
  let failures = 2
  there.server.hooks.status = kind => (kind === 'push' && failures-- > 0 ? 503 : undefined)
  const derived = await writeDerived(repository, append('list.txt', 'mine'), { clock, jitter: () => 0 })
  expect(derived).toMatchObject({ kind: 'written', tries: 3 })
})

test('writers killed in the middle of their pushes leave no lock behind', async () => {
  await using there = await world({ 'list.txt': '' })
  const pushing = Promise.withResolvers<void>()
  let seen = 0
  there.server.hooks.delay = kind => {
    if (kind === 'push' && ++seen === 4) pushing.resolve()
    return kind === 'push' ? 20 * seen : 0
  }
  const script = new URL('./writer.ts', import.meta.url).pathname
  const children = Array.from({ length: 4 }, (_, n) =>
    spawn(process.execPath, [script, there.url, there.folder, `writer ${n}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  await pushing.promise
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(children.map(child => once(child, 'exit')))
  there.server.hooks.delay = undefined
  const repository = await there.open()
  const derived = await writeDerived(repository, append('list.txt', 'survivor'), { clock })
  expect(derived.kind).toBe('written')
  const names = await readdir(there.bare.folder, { recursive: true })
  expect(names.filter(name => name.endsWith('.lock'))).toEqual([])
  expect(await there.bare.git('fsck', '--strict', '--no-dangling')).toBe('')
})
