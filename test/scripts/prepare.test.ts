import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { requireGo } from '../../scripts/parts/go.mjs'
import { findProgram, missingParts, type Purpose, parts } from '../../scripts/parts/parts.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prepare-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function program(name: string, text: string) {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  return bin
}

test('a program is found on the PATH, and nothing else is', () => {
  const bin = program('stovepipe-part', 'true')
  writeFileSync(join(bin, 'stovepipe-text'), 'no program')
  mkdirSync(join(bin, 'stovepipe-folder'))
  expect(findProgram('stovepipe-part', bin)).toBe(join(bin, 'stovepipe-part'))
  for (const name of ['stovepipe-text', 'stovepipe-folder', 'stovepipe-nothing']) {
    expect(findProgram(name, bin)).toBeUndefined()
  }
})

test('servers are found where Debian keeps them, off the PATH', () => {
  expect(missingParts('demo', '/nowhere').map(part => part.program)).not.toContain('haproxy')
})

test('the demo does not ask for what only the tests need', () => {
  const missing = (purpose: Purpose) => missingParts(purpose, '/nowhere').map(part => part.program)
  expect(missing('demo')).not.toContain('chromium')
  expect(missing('tests')).toContain('chromium')
  expect(missing('tests')).toEqual(expect.arrayContaining(missing('demo')))
  expect(missing('demo')).not.toContain('openssl')
  expect(missing('e2e')).toContain('openssl')
  expect(missing('up')).toContain('openssl')
  for (const program of ['buildah', 'chromium']) expect(missing('up')).not.toContain(program)
})

test.each([
  ['go1.21.0', 'new enough'],
  ['go1.26.8', 'new enough'],
  ['go1.20.14', 'found go1.20.14'],
  ['go2.0', 'new enough'],
  ['', 'there is none on the PATH'],
])('Go that says %j for the end-to-end tests: %s', (version, verdict) => {
  const bin = version === '' ? '/nowhere' : program('go', `echo ${version}`)
  const ask = () => requireGo(bin)
  if (verdict === 'new enough') expect(ask).not.toThrow()
  else expect(ask).toThrow(`install Go 1.21 or newer (${verdict})`)
})

/** A copy of what prepares a clone, beside a lockfile that asks for one package and a Node of version 24.0.0. */
function clone(): string {
  cpSync(join(root, 'scripts/prepare.mjs'), join(folder, 'scripts/prepare.mjs'))
  cpSync(join(root, 'scripts/parts'), join(folder, 'scripts/parts'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ devDependencies: { node: '24.0.0' } }))
  const packages = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '1.0.0', optional: true },
  }
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
  return folder
}

function installed(version: string) {
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  const packages = { 'node_modules/a': { version } }
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }))
  writeFileSync(join(folder, 'node_modules/.bin/node'), '#!/bin/sh\necho v24.0.0\n', { mode: 0o755 })
}

/** Runs prepare.mjs in the copy with `npm` as given; gives its exit code, what it printed and npm's arguments. */
function prepare(npm: string) {
  const bin = program('npm', `echo "npm $*" >> ${folder}/calls\n${npm}`)
  writeFileSync(join(folder, 'calls'), '')
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'scripts/prepare.mjs')], {
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    encoding: 'utf8',
  })
  return { status, printed: stdout + stderr, calls: execFileSync('cat', [join(folder, 'calls')], { encoding: 'utf8' }) }
}

test('does nothing when all is there', () => {
  clone()
  installed('1.0.0')
  expect(prepare('exit 1')).toEqual({ status: 0, printed: '', calls: '' })
})

test.each([
  { what: 'missing', before: () => {} },
  { what: 'stale', before: () => installed('0.9.0') },
])('installs packages that are $what', ({ before }) => {
  clone()
  before()
  const lock = '{"packages":{"node_modules/a":{"version":"1.0.0"}}}'
  const result = prepare(
    `mkdir -p node_modules/.bin; echo '${lock}' > node_modules/.package-lock.json
printf '#!/bin/sh\\necho v24.0.0\\n' > node_modules/.bin/node; chmod +x node_modules/.bin/node`,
  )
  expect(result).toMatchObject({ status: 0, calls: 'npm install --no-audit --no-fund\n' })
})

test('a Node that npm was not allowed to fetch is fetched', () => {
  clone()
  installed('1.0.0')
  rmSync(join(folder, 'node_modules/.bin/node'))
  mkdirSync(join(folder, 'node_modules/node'))
  writeFileSync(
    join(folder, 'node_modules/node/installArchSpecificPackage.js'),
    `require('fs').writeFileSync('../.bin/node', '#!/bin/sh\\necho v24.0.0\\n', { mode: 0o755 })`,
  )
  expect(prepare('exit 1')).toMatchObject({ status: 0, calls: '' })
})

test('a failing npm is an error with its command', () => {
  clone()
  const { status, printed } = prepare('echo broken >&2; exit 3')
  expect(status).toBe(1)
  expect(printed).toContain('broken')
  expect(printed).toContain('npm install --no-audit --no-fund failed')
  expect(printed).not.toContain('    at ')
})

test('where parts cannot be installed, each is named with its reason and what to do', async () => {
  const { advice } = await import('../../scripts/parts/install.mjs')
  const debian = advice(parts, 'linux', true)
  expect(debian).toContain(
    'sudo apt-get install --no-install-recommends git prometheus haproxy docker-registry buildah',
  )
  expect(debian).toContain('sudo systemctl disable --now prometheus haproxy docker-registry')
  const elsewhere = advice(parts, 'darwin', false)
  expect(elsewhere).toContain('The demo itself needs Linux')
  expect(elsewhere).toContain('docker run')
  for (const part of parts) {
    for (const text of [debian, elsewhere]) expect(text).toContain(`${part.why} (${part.home})`)
  }
})
