import { expect, test } from '@jest/globals'
import { type Release, type ReleaseRecord, recordFile, recordOf, writeRecord } from '../../../gitops/promotion/index.ts'
import fc from '../../support/property.ts'
import { treeOf } from '../../support/tree.ts'
import { image } from './stage.ts'

const read = (text: string) => recordOf(treeOf({ [recordFile('app')]: text }), 'app')

const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map(date => date.toISOString())
const hex = (length: number) =>
  fc.string({ minLength: length, maxLength: length, unit: fc.constantFrom(...'0123456789abcdef') })
const release: fc.Arbitrary<Release> = fc.oneof(
  fc.nat(5).map(version => ({ ...image(version), base: 'b'.repeat(40) })),
  fc.record({
    repository: word,
    tag: word,
    digest: hex(64).map(digits => `sha256:${digits}`),
    source: hex(40),
    base: fc.oneof(hex(40), hex(64)),
  }),
)
const maybe = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map(found => (found === undefined ? {} : { [key]: found }))
const both = (...parts: fc.Arbitrary<object>[]) => fc.tuple(...parts).map(each => Object.assign({}, ...each))
const analysis = both(fc.record({ message: fc.string() }), maybe('requests', fc.nat()))
const acceptance = both(
  fc.record({ release, how: fc.constantFrom('passed', 'adopted', 'joined', 'override'), at: time }),
  maybe('reason', fc.string()),
  maybe(
    'evidence',
    both(
      fc.record({ wave: word, observer: word, provesSync: fc.boolean(), healthySince: time, health: fc.string() }),
      maybe('analysis', analysis),
    ),
  ),
)
const cluster = both(
  maybe(
    'pin',
    both(
      fc.record({
        to: release,
        from: fc.oneof(release, fc.constantFrom('none', 'unknown')),
        at: time,
        parent: hex(40),
      }),
      maybe('joining', fc.constant(true)),
    ),
  ),
  maybe(
    'gate',
    both(
      fc.record({ attempts: fc.nat(9) }),
      maybe('healthySince', time),
      maybe('running', fc.record({ run: fc.string(), at: time })),
      maybe('passed', analysis),
    ),
  ),
  fc.record({ accepted: fc.array(acceptance, { maxLength: 3 }) }),
)
const name = fc.constantFrom('a', 'b-1', 'constructor', 'prod-eu1-a')
const names = fc.array(name, { maxLength: 2 })
const record: fc.Arbitrary<ReleaseRecord> = both(
  fc.record({
    app: fc.constant('app'),
    admitted: fc.array(release, { maxLength: 3 }),
    yieldedAfterCanary: fc.boolean(),
  }),
  maybe('suspended', fc.record({ at: time, by: fc.string(), reason: fc.string() })),
  maybe('next', fc.record({ release, at: time, run: fc.string() })),
  maybe(
    'current',
    both(
      fc.record({
        release,
        admittedAt: time,
        run: fc.string(),
        phase: fc.constantFrom('promoting', 'held', 'promoted', 'rolling-back', 'rolled-back', 'rollback-failed'),
      }),
      maybe('reason', fc.string()),
      maybe('batch', fc.record({ wave: word, clusters: names, at: time, parent: hex(40) })),
      maybe(
        'approvals',
        fc.array(fc.record({ wave: word, environment: word, by: fc.string(), at: time, run: fc.string() }), {
          maxLength: 2,
        }),
      ),
      maybe(
        'rollback',
        both(fc.record({ at: time, reason: fc.string(), clusters: names, stuck: names }), maybe('kept', names)),
      ),
    ),
  ),
  fc.dictionary(name, cluster, { maxKeys: 3 }).map(clusters => ({ clusters: { ...clusters } })),
)

test('what is written is read back, whatever stands in it, and equal records are equal bytes', () => {
  fc.assert(
    fc.property(record, value => {
      const text = writeRecord(value)
      const back = read(text)
      expect(back).toEqual(value)
      expect(writeRecord(back)).toBe(text)
    }),
    { numRuns: 300 },
  )
})

test('a person can read it', () => {
  const now = { ...image(2), base: 'b'.repeat(40) }
  const before = { ...image(1), base: 'b'.repeat(40) }
  const text = writeRecord({
    app: 'app',
    admitted: [now],
    yieldedAfterCanary: false,
    current: {
      release: now,
      admittedAt: '2026-11-21T10:00:00.000Z',
      run: 'run 1',
      phase: 'promoting',
      batch: { wave: 'canary', clusters: ['prod-a'], at: '2026-11-21T10:00:05.000Z', parent: 'c'.repeat(40) },
    },
    clusters: {
      'prod-a': {
        pin: { to: now, from: before, at: '2026-11-21T10:00:05.000Z', parent: 'c'.repeat(40) },
        gate: { attempts: 1, running: { run: 'run 1', at: '2026-11-21T10:01:00.000Z' } },
        accepted: [{ release: before, how: 'adopted', at: '2026-11-21T10:00:00.000Z' }],
      },
    },
  })
  expect(text).toMatchInlineSnapshot(`
"# Written by stovepipe: which release is under way, and what is accepted where.
apiVersion: stovepipe.dev/v1alpha1
kind: Release
metadata:
  name: app
spec:
  current:
    release: v2.bbbbbbb
    admittedAt: '2026-11-21T10:00:00.000Z'
    run: run 1
    phase: promoting
    batch:
      wave: canary
      clusters:
        - prod-a
      at: '2026-11-21T10:00:05.000Z'
      parent: cccccccccccccccccccccccccccccccccccccccc
  admitted:
    - v2.bbbbbbb
  clusters:
    prod-a:
      pin:
        to: v2.bbbbbbb
        from: v1.bbbbbbb
        at: '2026-11-21T10:00:05.000Z'
        parent: cccccccccccccccccccccccccccccccccccccccc
      gate:
        attempts: 1
        running:
          run: run 1
          at: '2026-11-21T10:01:00.000Z'
      accepted:
        - release: v1.bbbbbbb
          how: adopted
          at: '2026-11-21T10:00:00.000Z'
  releases:
    v1.bbbbbbb:
      repository: registry/app
      tag: v1
      digest: sha256:0000000000000000000000000000000000000000000000000000000000000001
      source: 4ee53649e25815416fab7d28ebc3d26897588060
      base: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    v2.bbbbbbb:
      repository: registry/app
      tag: v2
      digest: sha256:0000000000000000000000000000000000000000000000000000000000000002
      source: a462723b44afb8e0ec7f387a1aad9777f31bdbcb
      base: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
"
`)
})

const whole = writeRecord({
  app: 'app',
  admitted: [{ ...image(1), base: 'b'.repeat(40) }],
  yieldedAfterCanary: false,
  clusters: {},
})

test.each([
  [
    'an unknown key',
    whole.replace('clusters: {}', 'clusters: {}\n  waves: []'),
    /^apps\/app\/release\.yaml:\d+:3: unknown key "waves" in spec/,
  ],
  [
    'a release that is not in the table',
    whole.replace('- v1.bbbbbbb', '- v2.bbbbbbb'),
    /spec\.releases lacks a release .*"v2\.bbbbbbb".*last commit/,
  ],
  [
    'a digest cut short',
    whole.replace(image(1).digest, 'sha256:1234'),
    /^apps\/app\/release\.yaml:\d+:\d+: spec\.releases\.v1\.bbbbbbb\.digest: not a sha256 digest/,
  ],
  ['a prototype for a release', whole.replace('- v1.bbbbbbb', '- constructor'), /lacks a release .*"constructor"/],
  [
    'the record of another app',
    whole.replace('name: app', 'name: other'),
    /^apps\/app\/release\.yaml:\d+:\d+: metadata\.name differs/,
  ],
  ['text that is no YAML', 'spec: [', /^apps\/app\/release\.yaml:\d+:\d+: not valid YAML/],
])('refuses %s, with its place', (_, text, message) => {
  expect(text).not.toBe(whole)
  expect(() => read(text)).toThrow(message)
})
