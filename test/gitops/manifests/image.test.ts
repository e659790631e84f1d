import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { readImages, setImage } from '../../../gitops/manifests/index.ts'
import { beforeAndAfter, edited, image, refused, to } from './fixtures.ts'

test.each(edited)('edits $name', ({ text, target }) => {
  const { before, after } = beforeAndAfter(text)
  expect(setImage(before, 'f.yaml', target, to).text).toBe(after)
})

test.each(edited)('reads back what it wrote and then changes nothing: $name', ({ text, target }) => {
  const { after } = beforeAndAfter(text)
  const again = target.shape === 'workload' || target.shape === 'values' ? { ...target, image } : target
  const found = readImages(after, 'f.yaml', again)
  expect(found.length).toBeGreaterThan(0)
  for (const parts of found) {
    expect(parts.tag).toBe(to.tag)
    expect(to).toMatchObject(parts)
  }
  expect(setImage(after, 'f.yaml', again, to)).toEqual({ text: after, edits: [] })
})

test.each(refused)('refuses $name', ({ text, target = { shape: 'kustomization', image }, says, to: other = to }) => {
  const message = refusal(() => setImage(text, 'f.yaml', target, other))
  expect(message?.slice(0, says.length)).toBe(says)
})

test('reads through aliases and merge keys what it would not edit', () => {
  const text = `x: &x { newTag: v2, digest: "" }\nimages:\n- { name: &n app, newName: *n, <<: *x, newTag: v1 }\n`
  expect(readImages(text, 'f.yaml', { shape: 'kustomization', image: 'app' })).toEqual([
    { repository: 'app', tag: 'v1' },
  ])
})

test('leaves a shared value alone that is right already', () => {
  const text = `x: &t ${to.tag}\nimages: [{ name: ${image}, newTag: *t, digest: "${to.digest}" }]\n`
  expect(setImage(text, 'f.yaml', { shape: 'kustomization', image }, to).edits).toEqual([])
})

test('a text that expands without end when its aliases are followed costs no time', () => {
  const levels = Array.from(
    { length: 60 },
    (_, i) => `a${i + 1}: &a${i + 1} { <<: [*a${i}, *a${i}], x: [*a${i}, *a${i}] }`,
  )
  const text = ['a0: &a0 { x: y }', ...levels, 'image: { <<: *a60 }'].join('\n')
  const before = performance.now()
  expect(refusal(() => setImage(text, 'f.yaml', { shape: 'values', image }, to))).toMatch(/there is no image/)
  expect(refusal(() => setImage(text, 'f.yaml', { shape: 'workload', image }, to))).toMatch(/there is no container/)
  expect(performance.now() - before).toBeLessThan(2000)
})

function refusal(attempt: () => unknown): string | undefined {
  try {
    attempt()
    return undefined
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.message
  }
}
