import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { readDocument } from '../../../configuration/index.ts'
import { runCommand } from '../../../host/index.ts'
import { type BuildahRoom, buildahRoom, type RunningRegistry, startRegistry } from '../../support/registry/index.ts'

const main = fileURLToPath(new URL('../../../actions/build-image/main.ts', import.meta.url))
const metadata = new URL('../../../actions/build-image/action.yml', import.meta.url)

let registry: RunningRegistry
let room: BuildahRoom
let folder: string

beforeAll(async () => {
  registry = await startRegistry()
  folder = await mkdtemp(join(tmpdir(), 'stovepipe-action-'))
  room = await buildahRoom({ PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', TMPDIR: folder })
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org']
  for (const args of [
    ['init', '-q'],
    ['add', 'Dockerfile'],
    [...identity, 'commit', '-q', '-m', 'one'],
  ]) {
    expect(await runCommand('git', args, { cwd: folder })).toMatchObject({ code: 0 })
  }
})
afterAll(async () => {
  await registry.stop()
  await room.remove()
  await rm(folder, { recursive: true, force: true })
})

/** Starts the action as the runner does: a process with INPUT_* and files for what it leaves. */
async function start(inputs: Record<string, string>, more: Record<string, string> = {}) {
  const files = await mkdtemp(join(tmpdir(), 'stovepipe-runner-'))
  const [output, summary] = [join(files, 'output'), join(files, 'summary')]
  await Promise.all([writeFile(output, ''), writeFile(summary, '')])
  const env = {
    ...room.env,
    ...more,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    GITHUB_WORKSPACE: folder,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/coolkit',
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: files,
  }
  const { code, stdout } = await runCommand(process.execPath, [main], { cwd: files, env })
  const written = await readFile(output, 'utf8')
  const outputs = [...written.matchAll(/^(.+)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm)]
  const result = {
    code,
    stdout,
    outputs: Object.fromEntries(outputs.map(([, name, , value]) => [name, value])),
    summary: await readFile(summary, 'utf8'),
  }
  await rm(files, { recursive: true })
  return result
}

test('builds, pushes and leaves every output of action.yml and a summary', async () => {
  const repository = `${registry.host}/acme/coolkit`
  const { code, stdout, outputs, summary } = await start({ image: repository, builder: 'buildah' })
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('with buildah') })
  const commit = (await runCommand('git', ['rev-parse', 'HEAD'], { cwd: folder })).stdout.trim()
  const tag = `sha-${commit.slice(0, 12)}`
  expect(outputs).toMatchObject({ repository, tag, 'deployed-version': tag })
  expect(outputs.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(outputs.image).toBe(`${repository}:${tag}@${outputs.digest}`)
  expect(JSON.parse(outputs.json ?? '')).toMatchObject({
    kind: 'pushed',
    commit,
    source: 'https://github.com/acme/coolkit',
  })
  expect(summary).toContain('### Image built and pushed')
  expect(summary).toContain(commit)

  const action = z.object({ outputs: z.record(z.string(), z.unknown()) })
  const declared = action.parse(readDocument(await readFile(metadata, 'utf8'), 'action.yml').value)
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(declared.outputs).sort())
})

test('the same again is found in the registry: nothing is built, and the outputs are those of before', async () => {
  const image = `${registry.host}/acme/again`
  const first = await start({ image, builder: 'buildah' })
  const second = await start({ image, builder: 'buildah' })
  expect(first.outputs).toMatchObject({ reused: 'false', 'subject-name': image, reason: expect.any(String) })
  expect(second.outputs).toMatchObject({ reused: 'true', 'content-key': expect.stringMatching(/^[0-9a-f]{64}$/) })
  for (const name of ['image', 'digest', 'subject-name', 'subject-digest', 'content-key']) {
    expect([name, second.outputs[name]]).toEqual([name, first.outputs[name]])
  }
  expect(second.summary).toContain('### Image found, not built')
  expect(second.summary).toContain('is there already, built from the same content')
})

test('a secret is masked before the builder starts', async () => {
  const inputs = { image: `${registry.host}/acme/secret`, builder: 'buildah', secrets: 'id=token,env=TOKEN' }
  const { code, stdout } = await start(inputs, { TOKEN: 'very-hidden-word' })
  expect(code).toBe(0)
  expect(stdout.indexOf('::add-mask::very-hidden-word')).toBeGreaterThan(-1)
  expect(stdout.indexOf('::add-mask::very-hidden-word')).toBeLessThan(stdout.indexOf('with buildah'))
  expect(stdout.replace('::add-mask::very-hidden-word', '')).not.toContain('very-hidden-word')
})

test('reads every input that action.yml names, and no other', async () => {
  const action = z.object({ inputs: z.record(z.string(), z.unknown()) })
  const declared = action.parse(readDocument(await readFile(metadata, 'utf8'), 'action.yml').value)
  const source = await readFile(new URL('../../../actions/build-image/inputs.ts', import.meta.url), 'utf8')
  const read = [...source.matchAll(/getInput\('([^']+)'\)/g)].map(([, name]) => name)
  expect(read.sort()).toEqual(Object.keys(declared.inputs).sort())
})

test.each([
  [{ image: 'ghcr.io/acme/x;id' }, '::error::input "image": not a valid image reference (found "ghcr.io/acme/x;id")'],
  [{ image: 'x', platforms: 'arm64' }, '::error::input "platforms": not a platform'],
  [
    { image: 'x', secrets: 'id=token,env=NOT_THERE' },
    '::error::input "secrets": the secret token has no value: the environment variable NOT_THERE is not set',
  ],
  [{ image: 'x', context: '../..' }, '::error::input "context": the path leads out of the workspace'],
])('%j fails the step with one line, and leaves nothing', async (inputs, message) => {
  const { code, stdout, outputs, summary } = await start(inputs)
  expect({ code, outputs, summary }).toEqual({ code: 1, outputs: {}, summary: '' })
  expect(stdout).toContain(message)
  expect(stdout).not.toMatch(/\bat .*\.ts:\d+/)
})
