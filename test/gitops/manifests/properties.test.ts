import { expect, test } from '@jest/globals'
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml'
import { readPin, setPin } from '../../../gitops/manifests/index.ts'
import { isPlainString } from '../../../gitops/manifests/quoting.ts'
import fc from '../../support/property.ts'

const image = 'ghcr.io/acme/app'
const tagged = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,15}$/)
const numeric = fc.stringMatching(/^[0-9_][0-9_.exobafXEn-]{0,8}$/)
const word = fc.constantFrom('y', 'No', 'on', 'OFF', 'true', 'null', 'Null', '2024-01-01', '1e3', '0o17', '012', '1_0')
const tag = fc.oneof(tagged, numeric, word)
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map(hex => `sha256:${hex}`)
const comment = fc.constantFrom('', ' # why', '   # newTag: v9', ' #{', ' # it\'s "quoted')
const style = fc.constantFrom<(value: string, old: string) => string>(
  (value, old) => (isPlainString(value) && isPlainString(old) ? value : `"${value}"`), // quotes that are there stay
  value => `"${value}"`,
  value => `'${value}'`,
  value => `!!str "${value}"`,
  value => `&a '${value}'`,
)
const other = fc.constantFrom(
  'namespace: x',
  'resources:\n- base # ours',
  '# a comment',
  '',
  'labels: [{ pairs: { a: &x b, c: *x } }]',
  'patches:\n- patch: |-\n    newTag: v1\n    - name: ghcr.io/acme/app',
)

type Pinned = { tag: string; digest: string }

/** A kustomization as a function of its pin and the one before, so that what a right editor gives is known to the byte. */
const kustomization = fc
  .record({
    before: fc.uniqueArray(other, { maxLength: 3 }),
    after: fc.uniqueArray(other, { maxLength: 3 }),
    flow: fc.boolean(),
    keys: fc.shuffledSubarray(['name', 'newTag', 'digest'], { minLength: 3 }),
    tagStyle: style,
    digestStyle: style.filter(form => !form('x', 'x').startsWith('&')),
    comments: fc.tuple(comment, comment, comment),
    others: fc.array(tagged, { maxLength: 3 }),
    eol: fc.constantFrom('\n', '\r\n'),
    bom: fc.constantFrom('', '\uFEFF'),
    end: fc.constantFrom('', '\n', '\n\n'),
  })
  .map(shape => (pin: Pinned, old: Pinned = pin) => {
    const values: Record<string, string> = {
      name: image,
      newTag: shape.tagStyle(pin.tag, old.tag),
      digest: shape.digestStyle(pin.digest, old.digest),
    }
    const pairs = shape.keys.map(key => `${key}: ${values[key]}`)
    const entry = shape.flow
      ? `- { ${pairs.join(', ')} }`
      : `- ${pairs.map((pair, index) => pair + shape.comments[index]).join('\n  ')}`
    const neighbours = shape.others.map((name, index) => `- { name: "n${index}-${name}", newTag: v1 }`)
    const after = shape.after.filter(text => text === '' || text.startsWith('#') || !shape.before.includes(text))
    const lines = [...shape.before, 'images:', ...neighbours, entry, ...after]
    return shape.bom + (lines.join('\n') + shape.end).replaceAll('\n', shape.eol)
  })

const pin = fc.record({ tag, digest })

test('every byte outside the values stays, and both generations of YAML read the new ones as strings', () => {
  fc.assert(
    fc.property(kustomization, pin, pin, (build, from, to) => {
      const text = setPin(build(from), 'k.yaml', image, { repository: image, ...to })
      expect(text).toBe(build(to, from))
      expect(readPin(text, 'k.yaml', image)).toEqual(to)
      for (const schema of [CORE_SCHEMA, YAML11_SCHEMA]) {
        const { images } = Object(load(text, { schema }))
        expect(images).toContainEqual({ name: image, newTag: to.tag, digest: to.digest })
      }
    }),
    { numRuns: 2000 },
  )
})

test('setting a pin twice is setting it once, and setting it back gives the first text', () => {
  fc.assert(
    fc.property(kustomization, pin, pin, (build, from, to) => {
      const first = build(from)
      const once = setPin(first, 'k.yaml', image, { repository: image, ...to })
      expect(setPin(once, 'k.yaml', image, { repository: image, ...to })).toBe(once)
      const back = setPin(once, 'k.yaml', image, { repository: image, ...from })
      if (isPlainString(to.tag) || !isPlainString(from.tag)) expect(back).toBe(first)
    }),
    { numRuns: 500 },
  )
})

test('whatever some parser takes for a number, a boolean, a date or null is quoted', () => {
  fc.assert(
    fc.property(tag, text => {
      if (!isPlainString(text)) return
      for (const schema of [CORE_SCHEMA, YAML11_SCHEMA]) expect(load(text, { schema })).toBe(text)
    }),
    { numRuns: 20_000 },
  )
})

test.each(['sha-0123456789ab', 'v1.2.3', '1.2.3', 'main', 'latest', '2024-01-01-1', 'e3', 'sha256:ab', 'a/b:c@d:e'])(
  '%s needs no quotes',
  text => expect(isPlainString(text)).toBe(true),
)

test.each([
  '1234567',
  '1234e56',
  '1.10',
  '08',
  '0x1f',
  '0b1',
  '12:30',
  '1_000',
  '.5',
  '-1',
  'Yes',
  'n',
  '~',
  '2024-1-1',
])('%s is quoted', text => expect(isPlainString(text)).toBe(false))
