import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { CommandNotFoundError, type RunCommand } from '../../../host/index.ts'
import { findCredentials, parseDockerConfig } from '../../../images/index.ts'
import { parseChallenges } from '../../../images/registry/challenge.ts'
import { credentialFor } from '../../../images/registry/credentials.ts'

const auth = (text: string) => Buffer.from(text).toString('base64')

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'stovepipe-home-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

test('reads what docker login wrote; entries without a password are left out', () => {
  const text = JSON.stringify({
    auths: {
      'ghcr.io': { auth: auth('robot:p:w') },
      'https://index.docker.io/v1/': { username: 'hub', password: 'x' },
      'https://registry.example.org/v2/': { auth: auth('a:b') },
      'azurecr.io': { auth: auth('0000:'), identitytoken: 'token' },
      'elsewhere.example.org': {},
      'broken.example.org': { auth: 'no colon' },
    },
    credsStore: 'desktop',
  })
  expect(Object.fromEntries(parseDockerConfig(text, 'config.json'))).toEqual({
    'ghcr.io': { kind: 'password', username: 'robot', password: 'p:w' },
    'docker.io': { kind: 'password', username: 'hub', password: 'x' },
    'registry.example.org': { kind: 'password', username: 'a', password: 'b' },
    'azurecr.io': { kind: 'identity', token: 'token' },
  })
})

test.each([
  ['', 0],
  ['{}', 0],
  ['{"auths": {}}', 0],
])('%j holds none', (text, size) => {
  expect(parseDockerConfig(text, 'config.json').size).toBe(size)
})

test.each([
  ['{', /^config\.json:1:\d+: not valid YAML/],
  ['{"auths": []}', /^config\.json:1:11: auths: /],
  ['{"auths": {"ghcr.io": {"auth": 5}}}', /^config\.json:1:32: auths\.ghcr\.io\.auth: /],
])('%j is refused with its place', (text, message) => {
  expect(() => parseDockerConfig(text, 'config.json')).toThrow(message)
})

test.each([
  '{"auths": {"ghcr.io": {"password": 12345678}}}',
  '{"auths": {"ghcr.io": "ZG9nOjEyMzQ1Njc4"}}',
  '{"auths": {"ghcr.io": {"auth": "12345678"}}',
  '{"auths": {"ghcr.io": {"auth": "12345678",}}, "auths": {"12345678": 12345678}}',
])('what a broken file holds is not shown: %s', text => {
  const refusal = () => parseDockerConfig(text, 'config.json')
  expect(refusal).toThrow(/^config\.json:1:/)
  expect(refusal).not.toThrow(/12345678|ZG9n/)
})

test('a helper that is no text is refused without showing it', async () => {
  await mkdir(join(home, '.docker'))
  await writeFile(join(home, '.docker', 'config.json'), '{"credHelpers": {"ghcr.io": 12345678}}')
  const found = findCredentials('ghcr.io', { env: { HOME: home }, run: () => Promise.reject(new Error('not run')) })
  await expect(found).rejects.toThrow(/config\.json:1:\d+: credHelpers\.ghcr\.io: (?!.*12345678)/)
})

test('the credential for the longest beginning of the path is taken', () => {
  const text = JSON.stringify({
    auths: { 'ghcr.io': { auth: auth('all:1') }, 'ghcr.io/acme': { auth: auth('acme:2') } },
  })
  const credentials = parseDockerConfig(text, 'auth.json')
  const user = (host: string, path: string) => {
    const found = credentialFor(credentials, host, path)
    return found?.kind === 'password' ? found.username : undefined
  }
  expect([user('ghcr.io', 'acme/x'), user('ghcr.io', 'acmeother/x'), user('quay.io', 'acme/x')]).toEqual([
    'acme',
    'all',
    undefined,
  ])
})

test('a credential helper is asked for the registry, by name and without a shell', async () => {
  await mkdir(join(home, '.docker'))
  const config = {
    credsStore: 'store',
    credHelpers: { 'ghcr.io': 'own', 'bad.example.org': '../evil', 'quay.io': 'gone' },
  }
  await writeFile(join(home, '.docker', 'config.json'), JSON.stringify(config))
  const asked: string[] = []
  const run: RunCommand = async (program, args, options) => {
    asked.push(`${program} ${args.join(' ')} <${options?.input}`)
    if (program.endsWith('gone')) throw new CommandNotFoundError(program)
    return { code: 0, signal: null, stdout: '{"Username":"<token>","Secret":"t"}', stderr: '' }
  }
  const find = (registry: string) => findCredentials(registry, { env: { HOME: home }, run })
  expect([...(await find('ghcr.io'))]).toEqual([['ghcr.io', { kind: 'identity', token: 't' }]])
  expect([...(await find('docker.io')).keys()]).toEqual(['docker.io'])
  expect([...(await find('quay.io'))]).toEqual([])
  expect([...(await find('bad.example.org'))]).toEqual([])
  expect(asked).toEqual([
    'docker-credential-own get <ghcr.io',
    'docker-credential-store get <https://index.docker.io/v1/',
    'docker-credential-gone get <quay.io',
  ])
})

test('REGISTRY_AUTH_FILE comes before the docker config', async () => {
  await mkdir(join(home, '.docker'))
  const write = (file: string, user: string) =>
    writeFile(join(home, file), JSON.stringify({ auths: { 'ghcr.io': { auth: auth(`${user}:x`) } } }))
  await write('.docker/config.json', 'docker')
  await write('auth.json', 'file')
  const run: RunCommand = () => Promise.reject(new Error('not asked'))
  const of = async (env: Record<string, string>) => (await findCredentials('ghcr.io', { env, run })).get('ghcr.io')
  expect(await of({ HOME: home })).toMatchObject({ username: 'docker' })
  expect(await of({ HOME: home, REGISTRY_AUTH_FILE: join(home, 'auth.json') })).toMatchObject({ username: 'file' })
})

test.each([
  ['Basic realm="a"', [{ scheme: 'basic', parameters: { realm: 'a' } }]],
  [
    'Bearer realm="https://x/t",service="s \\"q\\"",scope="repository:a/b:pull,push", Basic realm=b',
    [
      { scheme: 'bearer', parameters: { realm: 'https://x/t', service: 's "q"', scope: 'repository:a/b:pull,push' } },
      { scheme: 'basic', parameters: { realm: 'b' } },
    ],
  ],
  ['Negotiate', [{ scheme: 'negotiate', parameters: {} }]],
  ['realm="no scheme"', []],
  ['', []],
])('the challenge %j is read', (header, challenges) => {
  expect(parseChallenges(header)).toEqual(challenges)
})
