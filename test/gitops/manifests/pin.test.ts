import { expect, test } from '@jest/globals'
import { readPin, setPin, splice } from '../../../gitops/manifests/index.ts'

const image = 'ghcr.io/acme/app'
const digest = `sha256:${'a'.repeat(64)}`

test.each([
  ['nothing yet', `images: [{ name: ${image}, newTag: "", digest: "" }]`, {}],
  ['by name', `images: [{ name: ${image}, newTag: v1, digest: "${digest}" }]`, { tag: 'v1', digest }],
  ['by newName', `images: [{ name: app, newName: ${image}, newTag: v1 }]`, { tag: 'v1' }],
  [
    'elsewhere',
    `images: [{ name: ${image}, newName: mirror/app, newTag: 1.10 }]`,
    { newName: 'mirror/app', tag: '1.10' },
  ],
])('reads a pin: %s', (_, text, pin) => {
  expect(readPin(text, 'k.yaml', image)).toEqual(pin)
})

test('sets a pin, and the repository with it where newName stands', () => {
  const text = `images:\n  - name: app\n    newName: ${image} # ours\n    newTag: ""\n    digest: ""\n`
  expect(setPin(text, 'k.yaml', image, { repository: 'ghcr.io/new/app', tag: 'v2', digest })).toBe(
    `images:\n  - name: app\n    newName: ghcr.io/new/app # ours\n    newTag: "v2"\n    digest: "${digest}"\n`,
  )
})

test('edits that overlap are refused', () => {
  const edits = [
    { start: 0, end: 2, text: 'x' },
    { start: 1, end: 3, text: 'y' },
  ]
  expect(() => splice('abcd', edits)).toThrow(RangeError)
})
