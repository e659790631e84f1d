import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { fleet, image, newDigest, pinned, pipeline } from '../../steps/bump/world.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'

const main = fileURLToPath(new URL('../../../actions/bump-manifests/main.ts', import.meta.url))
const token = 'ghs_secretsecretsecret'

type Run = { code: number; log: string; outputs: Readonly<Record<string, string>>; summary: string }
type World = { bare: BareRepository; server: GitServer; start(inputs: Readonly<Record<string, string>>): Promise<Run> }

/** A GitOps repository that asks for a token, and the action as the runner starts it. */
async function inWorld(files: Readonly<Record<string, string>>, use: (world: World) => Promise<void>): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'stovepipe-test-'))
  const bare = await createRepository(join(temporary, 'gitops.git'), files)
  const server = await startGitServer(temporary, { token })
  const start: World['start'] = async given => {
    const inputs = { app: 'app', image, clusters: 'dev', repository: `${server.url}/gitops.git`, token, ...given }
    const [output, summary] = [join(temporary, 'output'), join(temporary, 'summary')]
    await Promise.all([writeFile(output, ''), writeFile(summary, '')])
    const env = {
      PATH: process.env.PATH,
      RUNNER_TEMP: temporary,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'acme/gitops',
      GITHUB_RUN_ID: '7',
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    }
    return new Promise(resolve => {
      execFile(process.execPath, [main], { env, timeout: 30_000 }, async (error, stdout, stderr) => {
        const code = error ? Number(error.code ?? -1) : 0
        const [outputs, markdown] = await Promise.all([readFile(output, 'utf8'), readFile(summary, 'utf8')])
        resolve({ code, log: stdout + stderr, outputs: parseOutputs(outputs), summary: markdown })
      })
    })
  }
  try {
    await use({ bare, server, start })
  } finally {
    await server.close()
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Reads the file of `NAME<<DELIMITER` blocks that an action leaves its outputs in. */
function parseOutputs(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n?\2$/gm)].map(([, name = '', , value = '']) => [name, value]),
  )
}

test('sets the pins, gives every output, masks the token first; run again it changes nothing', () =>
  inWorld({ ...fleet, ...pipeline }, async ({ bare, start }) => {
    const first = await start({ clusters: 'dev\nrole=canary' })
    expect(first.code).toBe(0)
    expect(first.log.split('\n')[0]).toBe(`::add-mask::${token}`)
    expect(first.log.replace(`::add-mask::${token}`, '')).not.toContain(token)
    expect(first.outputs).toMatchObject({ changed: 'true', commit: await bare.head(), clusters: 'dev\nprod-a' })
    expect(first.outputs.files?.split('\n')).toHaveLength(4)
    expect(JSON.parse(first.outputs.json ?? '')).toMatchObject({
      kind: 'written',
      app: 'app',
      bumped: [{ cluster: 'dev' }, {}],
    })
    expect(first.summary).toContain('### app is pinned to sha-0123456789ab')
    expect(first.summary).toContain('| dev | v1 | sha-0123456789ab | copied from base/ |')
    expect(await bare.read('apps/app/clusters/dev/kustomization.yaml')).toBe(pinned('sha-0123456789ab', newDigest))
    expect((await bare.log())[0]?.body).toContain('Stovepipe-Run: https://github.example/acme/gitops/actions/runs/7')

    const second = await start({ clusters: 'dev\nrole=canary' })
    expect(second).toMatchObject({
      code: 0,
      outputs: { changed: 'false', commit: first.outputs.commit, clusters: '', diff: '' },
    })
    expect(second.log).toContain('app is sha-0123456789ab there already: nothing changed')
    expect(await bare.head()).toBe(first.outputs.commit)
  }))

test('a primary without evidence fails the step with its reason; nothing is written', () =>
  inWorld({ ...fleet, ...pipeline }, async ({ bare, start }) => {
    const before = await bare.head()
    const { code, log, outputs, summary } = await start({ clusters: 'environment=prod' })
    expect(code).toBe(1)
    expect(log).toMatch(/^::error::refused, nothing was written: prod-b: .* has not passed on canary prod-a/m)
    expect(outputs).toMatchObject({ changed: 'false', clusters: '', files: '' })
    expect(summary).toContain('Refused:\n\n- prod-b: ')
    expect(await bare.head()).toBe(before)
  }))

test.each([
  [
    'an image with a newline',
    { image: `${image}\n::set-env name=x::y` },
    '::error::input "image": not a sha256 digest',
  ],
  [
    'an app that does not exist',
    { app: '../x' },
    '::error::input "app": there is no such app (found "../x"). apps/ has app',
  ],
  ['a directory that leads out', { directory: '../..' }, '::error::input "directory": a path with ".." leads out'],
  ['a repository that is none', { repository: 'ext::sh -c id' }, '::error::input "repository": '],
  ['a branch that does not exist', { branch: 'nope' }, '::error::'],
  ['a token that is refused', { token: 'ghs_wrongwrongwrong' }, '::error::'],
])('refuses %s in one line, with exit code 1', (_, inputs, message) =>
  inWorld(fleet, async ({ bare, start }) => {
    const before = await bare.head()
    const { code, log } = await start(inputs)
    const errors = log.split('\n').filter(line => line.startsWith('::error'))
    expect(code).toBe(1)
    expect(errors).toHaveLength(1)
    expect(errors[0]?.slice(0, message.length)).toBe(message)
    expect(log).not.toContain('    at ')
    expect(log).not.toMatch(/^::set-env/m)
    expect(await bare.head()).toBe(before)
  }),
)
