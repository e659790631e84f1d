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
  [{ observer: 'flux' }, /^input "observer": there is no such observer .*\. Use prometheus, argocd or kubernetes/],
  [{ observer: 'argocd' }, /^input "argocd-url": not the address of Argo CD/],
  [{ observer: 'argocd', 'argocd-url': 'https://u:secret@a' }, /^input "argocd-url": .*\(found "https:\/\/a"\)/],
  [{ observer: 'argocd', 'argocd-url': 'https://a' }, /^input "argocd-token": missing\. Give the token/],
  [{ kubeconfig: 'f' }, /^input "kubeconfig": only observer kubernetes has it\. Say observer: kubernetes/],
  [{ observer: 'kubernetes', 'argocd-url': 'https://a' }, /^input "argocd-url": only observer argocd has it/],
  [{ observer: 'kubernetes', 'argocd-namespace': 'a/b' }, /^input "argocd-namespace": not the name/],
  [{ image: 'a;b' }, /^input "image": not a valid image reference/],
  [{ image: 'a/b:c\n::set-output' }, /^input "image": not a valid/],
  [{ redeploy: 'true' }, /^input "redeploy": there is no image to redeploy/],
  [{ approve: 'canary', by: 'Ada', image: 'a/b:c' }, /^input "approve": an image cannot be offered and approved/],
  [{ approve: 'Wave 1', by: 'Ada' }, /^input "approve": .*not a name/],
  [{ approve: 'canary' }, /^input "by": missing\. Say who approves/],
  [{ 'approve-release': 'v1' }, /^input "approve-release": nothing is approved/],
  [{ 'dry-run': 'perhaps' }, /^input "dry-run": neither true nor false/],
])('refuses %j', (bad, message) => {
  expect(() => parsePromoteInputs({ ...inputs, ...bad })).toThrow(message)
})

test('an approval names the wave, who gives it and, if told, the release', () => {
  const given = { ...inputs, approve: 'canary', by: 'Ada' }
  expect(parsePromoteInputs(given).approve).toEqual({ wave: 'canary', by: 'Ada' })
  const named = parsePromoteInputs({ ...given, 'approve-release': 'v1.0a1b2c3' })
  expect(named.approve).toEqual({ wave: 'canary', by: 'Ada', release: 'v1.0a1b2c3' })
})

test.each([
  [{ observer: '' }, { kind: 'prometheus' }],
  [
    { observer: 'argocd', 'argocd-url': 'https://a', 'argocd-token': 't' },
    { kind: 'argocd', url: 'https://a', token: 't' },
  ],
  [{ observer: 'kubernetes' }, { kind: 'kubernetes', hub: {}, namespace: 'argocd' }],
  [
    { observer: 'kubernetes', kubeconfig: 'f', context: 'hub', 'argocd-namespace': 'gitops' },
    { kind: 'kubernetes', hub: { kubeconfig: 'f', context: 'hub' }, namespace: 'gitops' },
  ],
])('observer %j', (given, expected) => {
  expect(parsePromoteInputs({ ...inputs, ...given }).observer).toEqual(expected)
})
