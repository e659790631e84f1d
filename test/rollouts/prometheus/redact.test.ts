import { expect, test } from '@jest/globals'
import { redactor } from '../../../rollouts/prometheus/index.ts'
import fc from '../../support/property.ts'

const secret = `p+w/&"<'é x\\`

test.each<[string, string]>([
  ['as it is', secret],
  ['in capitals', secret.toUpperCase()],
  ['in a URL', encodeURIComponent(secret)],
  ['in a URL with small digits', encodeURIComponent(secret).toLowerCase()],
  ['twice in a URL', encodeURIComponent(encodeURIComponent(secret))],
  ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
  ['in JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
  ['in Go’s JSON', JSON.stringify(secret).slice(1, -1).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c')],
  [
    'in HTML',
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;').replaceAll("'", '&#x27;'),
  ],
])('a secret is hidden %s', (_how, written) => {
  expect(redactor([secret])(`before ${written} after`)).toBe('before ***** after')
})

test('a secret is hidden in the base64 of whatever holds it', () => {
  const token = 'a-rather-long-token'
  for (const text of [token, `me:${token}`, `x${token}y`, `xy:${token}::z`]) {
    const hidden = redactor([token])(Buffer.from(text).toString('base64'))
    expect(hidden).toContain('*****')
    expect(hidden.length).toBeLessThan(20)
  }
})

test('each line of a secret is hidden, but not what every text has', () => {
  const key = '-----BEGIN KEY-----\n{\nMIIEvQIBADANBg\n}\n'
  expect(redactor([key])('{ MIIEvQIBADANBg }')).toBe('{ ***** }')
  expect(redactor(['', '  ', '\n'])('a b')).toBe('a b')
  expect(redactor(['abc', 'xabcx'])('xabcx abc')).toBe('***** *****')
})

test('any mixture of writings is hidden, and what holds no secret stays', () => {
  const writings = [
    (character: string) => character,
    (character: string) => encodeURIComponent(character),
    (character: string) => JSON.stringify(character).slice(1, -1),
    (character: string) => `&#${character.codePointAt(0)};`,
  ]
  const text = fc
    .string({ unit: 'grapheme', minLength: 3, maxLength: 12 })
    .filter(each => each.trim() === each && each.length > 2)
  const choices = fc.array(fc.nat(writings.length - 1), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(text, choices, (given, chosen) => {
      const written = Array.from(given, (character, index) => writings[chosen[index % 12] ?? 0]?.(character)).join('')
      expect(redactor([given])(`[${written}]`)).toBe('[*****]')
      // No writing of another character holds this one, as "&#38;" holds a #.
      expect(redactor([`${given}€`])(written)).toBe(written)
    }),
  )
})

test('a secret that is made to be slow is not', () => {
  const start = performance.now()
  for (const hostile of ['\\'.repeat(5000), `${'&amp;'.repeat(1000)}`, '%25'.repeat(2000), 'a'.repeat(20_000)]) {
    redactor([hostile])(hostile.repeat(3).slice(1))
  }
  expect(performance.now() - start).toBeLessThan(5000)
})
