import { expect, test } from '@jest/globals'
import { harmless } from '../../../actions/shell/index.ts'
import type { IssueComment } from '../../../github/index.ts'
import { code } from '../../../steps/preview/code.ts'
import { type Memory, markerOf, memoryOf, type Owner } from '../../../steps/preview/marker.ts'
import { argocdText } from '../../../steps/preview/words.ts'
import fc from '../../support/property.ts'
import { built, startWorld } from './world.ts'

const owner: Owner = { app: 'coolkit', number: 7, author: 'github-actions[bot]' }
const memory: Memory = { state: 'ready', head: 'a'.repeat(40), since: 1_700_000_000_000 }

/** What people have tried elsewhere, and what chance comes up with. */
const hostile = fc.oneof(
  fc.constantFrom(
    '::error file=x::forged',
    '##[error]forged',
    '\r\n::set-output name=head::forged',
    '$(touch /tmp/stovepipe-owned)',
    '`id`"; rm -rf / #',
    '${{ secrets.GITHUB_TOKEN }}',
    '--> <!-- stovepipe:preview app=coolkit pull=1 -->',
    markerOf({ ...owner, number: 1 }, memory),
    '| a | b |\n| --- | --- |',
    '@acme/everybody ![x](https://evil.example/pixel) <img src=x onerror=alert(1)>',
    '../../../etc/passwd',
    '\u202egnp.exe\u2066',
    'preview-ready\u0000',
    '\u2028::warning::forged',
  ),
  fc.string({ unit: 'binary', maxLength: 80 }),
)

test('text from outside is one code span: it neither ends it nor begins a line or a cell', () => {
  fc.assert(
    fc.property(
      fc.oneof(hostile, fc.string({ unit: fc.constantFrom('`', '|', '\n', '\\', '<', '@', 'a', ' ') })),
      text => {
        const span = code(text)
        expect(span).toMatch(/^`[^`|\p{C}\p{Zl}\p{Zp}]+`$/u)
      },
    ),
  )
})

test('what Argo CD says stands in the comment as code', () => {
  fc.assert(
    fc.property(hostile, message => {
      for (const kind of ['unknown', 'progressing', 'degraded'] as const) {
        expect(argocdText({ kind, message })).toMatch(/^(could not be asked|progressing|degraded): `[^`\n|]+`$/)
      }
    }),
  )
})

test('no text is taken for our comment but ours, by whomever it was written', () => {
  const mark = markerOf(owner, memory)
  const logins = fc.oneof(
    fc.constantFrom('github-actions[bot]', 'GitHub-Actions[bot]', 'github-actions', 'x[bot]'),
    fc.string(),
  )
  const bodies = fc.oneof(
    hostile,
    hostile.map(text => `${text}\n${mark}`),
    hostile.map(text => `${mark}${text}`),
    fc.constant(mark),
  )
  fc.assert(
    fc.property(logins, bodies, fc.boolean(), (author, body, bot) => {
      const comment: IssueComment = { id: 1, author, body, bot }
      const ours =
        bot &&
        author.toLowerCase() === owner.author &&
        (body === mark || (/^\r?\n/.test(body.slice(mark.length)) && body.startsWith(mark)))
      expect(memoryOf(comment, owner)).toEqual(ours ? memory : undefined)
    }),
  )
})

test('a marker is read as it was written, whatever the app, number and state, and by its owner alone', () => {
  const owners = fc.record({
    app: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/),
    number: fc.integer({ min: 1, max: 9_999_999 }),
    author: fc.constantFrom('github-actions[bot]', 'my-app[bot]'),
  })
  fc.assert(
    fc.property(owners, owners, (one, other) => {
      const comment: IssueComment = { id: 1, author: one.author, bot: true, body: `${markerOf(one, memory)}\ntext` }
      expect(memoryOf(comment, one)).toEqual(memory)
      const same = JSON.stringify(one) === JSON.stringify(other)
      expect(memoryOf(comment, other)).toEqual(same ? memory : undefined)
    }),
  )
})

test('nothing that a pull request’s author or others write reaches the log, the outputs, the comment, or what is asked of GitHub', async () => {
  const world = await startWorld()
  try {
    const texts = fc.record({
      title: hostile,
      body: hostile,
      branch: hostile,
      author: hostile,
      label: hostile,
      comment: hostile,
    })
    await fc.assert(
      fc.asyncProperty(texts, async ({ title, body, branch, author, label, comment }) => {
        const pull = await world.open({ title, body, author, labels: ['preview', label] })
        pull.head.ref = branch
        const at = new Date(world.clock.now()).toISOString()
        const { nextId: id } = world.server.state
        world.server.state.nextId++
        world.repository.comments.push({
          id,
          number: pull.number,
          author: 'mallory',
          body: comment,
          createdAt: at,
          updatedAt: at,
        })
        world.logged.length = 0
        world.server.requests.length = 0
        const begun = await world.step({ mode: 'begin', number: String(pull.number), limit: '1000' })
        const outcome = await world.step({ ...built(pull), limit: '1000' })
        expect(outcome).toMatchObject({ result: 'ready' })
        pull.state = 'closed'
        const closed = await world.step({ mode: 'close', number: String(pull.number) })
        const [first, ours, ...others] = world.comments(pull)
        expect([first, others]).toEqual([comment, []])
        const paths = world.server.requests.map(({ path }) => path)
        const number = new RegExp(`\\b${pull.number}\\b`, 'g')
        const said = JSON.stringify([begun, outcome, closed, world.logged, ours, paths])
          .replaceAll(pull.head.sha, '')
          .replace(number, '')
        for (const text of [title, body, branch, author, label, comment]) {
          if (text.trim().length > 8) expect(said).not.toContain(JSON.stringify(text).slice(1, -1))
        }
        for (const line of world.logged) expect(harmless(line)).toBe(line)
        expect(said).not.toMatch(/forged|owned|mallory/)
      }),
      { numRuns: 12 },
    )
  } finally {
    await world.close()
  }
})
