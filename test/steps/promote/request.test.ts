import { expect, test } from '@jest/globals'
import { parsePromoteInputs } from '../../../steps/promote/index.ts'

const inputs = { app: 'coolkit', image: '', observer: '', until: '', redeploy: '', 'dry-run': '' }

test.each([
  ['', undefined],
  ['admitted', { kind: 'admitted' }],
  ['1h30m', { kind: 'duration', ms: 5_400_000 }],
  ['canary', { kind: 'wave', name: 'canary' }],
])('until %j', (until, expected) => {
  expect(parsePromoteInputs({ ...inputs, until }).until).toEqual(expected)
})

test.each([
  [{ app: '' }, /^input "app": missing/],
  [{ until: '-5m' }, /^input "until": neither/],
  [{ until: 'Wave 1' }, /^input "until": neither/],
  [{ observer: 'argocd' }, /^input "observer": there is no such observer .*\. Use prometheus/],
  [{ image: 'a;b' }, /^input "image": not a valid image reference/],
  [{ image: 'a/b:c\n::set-output' }, /^input "image": not a valid/],
  [{ redeploy: 'true' }, /^input "redeploy": there is no image to redeploy/],
  [{ 'dry-run': 'perhaps' }, /^input "dry-run": neither true nor false/],
])('refuses %j', (bad, message) => {
  expect(() => parsePromoteInputs({ ...inputs, ...bad })).toThrow(message)
})
