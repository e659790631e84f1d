import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { runCommand } from '../../host/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const isExecutable = (file: string) => (statSync(file).mode & 0o100) !== 0

test('the program that package.json names is committed as one, so that linking it changes nothing', async () => {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(bin).toEqual({ stovepipe: 'dist/stovepipe.mjs' })
  expect(isExecutable(join(root, 'dist/stovepipe.mjs'))).toBe(true)
})

test('and is bundled as one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  try {
    writeFileSync(join(folder, 'stovepipe.mjs'), '')
    chmodSync(join(folder, 'stovepipe.mjs'), 0o644)
    const args = ['--config', 'rolldown.config.ts', '--dir', folder]
    const { code, stderr } = await runCommand(join(root, 'node_modules/.bin/rolldown'), args, { cwd: root })
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    expect(isExecutable(join(folder, 'stovepipe.mjs'))).toBe(true)
    expect(isExecutable(join(folder, 'promote.mjs'))).toBe(false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
