import Sequencer from '@jest/test-sequencer'

/**
 * The files that take longest, longest first: two run at a time, and one of these at the end would have the other core
 * wait for it. Parts of paths, without `.test.ts`.
 */
const longest = [
  'promotion/promotion',
  'workflows/',
  'build/',
  'applicationsets/controller',
  'fleet',
  'fan-out',
  'manifests/rollout',
  'up/',
  'fuzz/fuzz',
  'analysis/modes',
]

/** Jest asks it for the order of the test files, which it otherwise learns from earlier runs on the same machine. */
export default class LongestFirst extends Sequencer {
  /** @param {readonly import('@jest/test-result').Test[]} tests */
  sort(tests) {
    return tests.toSorted((a, b) => place(a) - place(b) || (a.path < b.path ? -1 : 1))
  }
}

/** @param {import('@jest/test-result').Test} test */
function place({ path }) {
  const found = longest.findIndex(part => path.includes(`/test/e2e/${part}`))
  return found === -1 ? longest.length : found
}
