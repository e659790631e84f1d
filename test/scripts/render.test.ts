import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { renderFiles } from '../../scripts/render/files.ts'
import { templateFiles } from '../support/template.ts'

const script = fileURLToPath(new URL('../../scripts/render.ts', import.meta.url))
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'render-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const render = () => execFileSync(process.execPath, [script, '--to', folder], { encoding: 'utf8' })
const check = () => {
  const { status, stdout } = spawnSync(process.execPath, [script, '--to', folder, '--check'], { encoding: 'utf8' })
  return `${status} ${stdout.trim()}`
}

test('the template holds what `npm run render` writes', () => {
  const files = templateFiles()
  for (const [file, text] of renderFiles()) expect(`${file}\n${files[file]}`).toBe(`${file}\n${text}`)
})

test('a check fails for what is stale, missing or rendered no more, and writes nothing; a second run has nothing to do', () => {
  render()
  expect(check()).toBe('0 every generated manifest is up to date')
  const [first = '', second = ''] = [...renderFiles().keys()]
  appendFileSync(join(folder, first), '# edited\n')
  expect(check()).toBe(`1 ${first}: stale, run \`npm run render\``)
  expect(readFileSync(join(folder, first), 'utf8')).toContain('# edited')
  rmSync(join(folder, second))
  writeFileSync(join(folder, 'analysis/old.yaml'), `${renderFiles().get(first)}`)
  writeFileSync(join(folder, 'analysis/own.yaml'), '# A team’s own.\n')
  expect(check().split('\n')).toHaveLength(3)
  render()
  expect(check()).toBe('0 every generated manifest is up to date')
  const left = readdirSync(join(folder, 'analysis'))
  expect([left.includes('old.yaml'), left.includes('own.yaml')]).toEqual([false, true])
})
