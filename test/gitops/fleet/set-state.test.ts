import { expect, test } from '@jest/globals'
import { readDocument } from '../../../configuration/index.ts'
import { clusterStates, readCluster, setClusterState } from '../../../gitops/fleet/index.ts'
import fc from '../../support/property.ts'

const head = 'apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: c }\n'

test.each([
  ['spec: { role: canary, state: active } # ours\n', 'spec: { role: canary, state: draining } # ours\n'],
  ["spec:\r\n  state: 'active' # why\r\n", "spec:\r\n  state: 'draining' # why\r\n"],
  ['spec:\n  # no role\n  state: "active"\n', 'spec:\n  # no role\n  state: "draining"\n'],
  ['spec:\n  # first\n  role: canary # it is\n', 'spec:\n  # first\n  state: draining\n  role: canary # it is\n'],
  ['spec:\r\n    role: canary\r\n', 'spec:\r\n    state: draining\r\n    role: canary\r\n'],
  ['spec: { role: canary }\n', 'spec: { state: draining, role: canary }\n'],
  ['spec: {}\n', 'spec: { state: draining }\n'],
  ['spec: {"server":"https://a"}\n', 'spec: {state: draining, "server":"https://a"}\n'],
  ["spec:\n  'server': https://a\n", "spec:\n  state: draining\n  'server': https://a\n"],
])('%j becomes %j', (before, after) => {
  expect(setClusterState(head + before, 'clusters/c.yaml', 'draining')).toBe(head + after)
})

test('a file that leaves out the state it has stays as it is', () => {
  expect(setClusterState(`${head}spec: {}\n`, 'clusters/c.yaml', 'inactive')).toBe(`${head}spec: {}\n`)
})

test('a form that takes no key before its first one is refused with its place', () => {
  const text = `${head}spec:\n  ? server\n  : https://a\n`
  expect(() => setClusterState(text, 'clusters/c.yaml', 'joining')).toThrow(
    /^clusters\/c\.yaml:4:1: spec is not written here.* Write state: joining into it$/,
  )
})

test('a state behind an alias is refused with its place', () => {
  const text = `${head.replace('name: c', 'name: c, labels: { x: &s active }')}spec: { state: *s }\n`
  expect(() => setClusterState(text, 'clusters/c.yaml', 'draining')).toThrow(
    /^clusters\/c.yaml:4:16: spec.state is not/,
  )
})

test('whatever is set is what is read, and setting it back gives the file', () => {
  const states = fc.constantFrom(...clusterStates)
  fc.assert(
    fc.property(
      states,
      states,
      fc.constantFrom('spec:\n  state: S\n  role: primary\n', 'spec: { state: S }\n'),
      (from, to, form) => {
        const text = head + form.replace('S', from)
        const set = setClusterState(text, 'clusters/c.yaml', to)
        expect(readCluster(readDocument(set, 'clusters/c.yaml')).state).toBe(to)
        expect(setClusterState(set, 'clusters/c.yaml', from)).toBe(text)
      },
    ),
  )
})
