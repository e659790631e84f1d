import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { diffFile } from '../../../steps/bump/diff.ts'
import fc from '../../support/property.ts'

const lines = (count: number) => Array.from({ length: count }, (_, index) => `${index}\n`).join('')

test.each([
  ['a line in the middle', lines(9), lines(9).replace('4', 'x'), '@@ -2,7 +2,7 @@\n 1\n 2\n 3\n-4\n+x\n 5\n 6\n 7'],
  ['two lines apart', 'a\nb\nc\n', 'x\nb\ny\n', '@@ -1,3 +1,3 @@\n-a\n+x\n b\n-c\n+y'],
  [
    'no newline at the end',
    'a',
    'b',
    '@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file',
  ],
  ['CRLF', 'a\r\nb\r\n', 'x\r\nb\r\n', '@@ -1,2 +1,2 @@\n-a\r\n+x\r\n b\r'],
])('shows %s', (_, before, after, hunk) => {
  expect(diffFile('f', before, after)).toBe(`--- a/f\n+++ b/f\n${hunk}`)
})

test('shows a new file', () => {
  expect(diffFile('f', undefined, 'a\nb\n')).toBe('--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b')
})

test('git applies what it shows', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-test-'))
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 })
    .map(list => list.join('\n'))
  try {
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        fc.pre(before !== after && before !== '' && after !== '')
        await writeFile(join(folder, 'f'), before)
        await writeFile(join(folder, 'patch'), `${diffFile('f', before, after)}\n`)
        await promisify(execFile)('git', ['apply', '--unidiff-zero', 'patch'], { cwd: folder })
        expect(await readFile(join(folder, 'f'), 'utf8')).toBe(after)
      }),
      { numRuns: 60 },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
