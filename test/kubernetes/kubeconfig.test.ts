import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { ConfigurationError } from '../../configuration/index.ts'
import { loadCluster } from '../../kubernetes/index.ts'
import { kubeconfigFor, refuse, startScriptedApi } from '../support/kubernetes/scripted.ts'

const pods = { group: '', version: 'v1', plural: 'pods' }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function load(kubeconfig: string | undefined, { env = {}, context = '', masked = [] as string[] } = {}) {
  return loadCluster(
    { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== '' && { context }) },
    { env, cwd: folder, mask: secret => masked.push(secret), serviceAccount: join(folder, 'pod') },
  )
}

const config = (name: string, server = `https://${name}.example.com`) => `
clusters: [{ name: ${name}, cluster: { server: "${server}" } }]
users: [{ name: shared, user: { token: token-of-${name} } }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: shared, namespace: ns-${name} } }]
current-context: ${name}
`

test('a kubeconfig is found as kubectl finds it: the one given, KUBECONFIG, the home folder, the pod', async () => {
  await mkdir(join(folder, '.kube'))
  await mkdir(join(folder, 'pod'))
  await writeFile(join(folder, '.kube', 'config'), config('home'))
  await writeFile(join(folder, 'given'), config('given'))
  await writeFile(join(folder, 'listed'), config('listed'))
  await writeFile(join(folder, 'pod', 'token'), 'pod-token')
  await writeFile(join(folder, 'pod', 'namespace'), 'runners\n')
  const pod = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' }
  const all = { KUBECONFIG: `missing:listed`, HOME: folder, ...pod }
  const found = async (kubeconfig: string | undefined, env: Record<string, string>) => {
    const { server, namespace } = await load(kubeconfig, { env })
    return [server, namespace]
  }
  expect(await found(config('text'), all)).toEqual(['https://text.example.com', 'ns-text'])
  expect(await found('given', all)).toEqual(['https://given.example.com', 'ns-given'])
  expect(await found(undefined, all)).toEqual(['https://listed.example.com', 'ns-listed'])
  expect(await found(undefined, { ...all, KUBECONFIG: '' })).toEqual(['https://home.example.com', 'ns-home'])
  expect(await found(undefined, pod)).toEqual(['https://[fd00::1]:6443', 'runners'])
})

test('of several kubeconfigs the first one to name a thing counts', async () => {
  await writeFile(join(folder, 'a'), config('a'))
  await writeFile(join(folder, 'b'), config('b'))
  const masked: string[] = []
  const { server } = await load(undefined, { env: { KUBECONFIG: 'a:b' }, context: 'b', masked })
  expect(server).toBe('https://b.example.com')
  expect(masked).toEqual(['token-of-a'])
})

test('a context is found by its name, else by the server that it leads to', async () => {
  await writeFile(join(folder, 'a'), config('a'))
  await writeFile(join(folder, 'b'), config('b', 'https://eks.example.com:443/'))
  const host = { env: { KUBECONFIG: 'a:b' }, cwd: folder, mask() {} }
  const open = (address: { context: string; server: string }) => loadCluster(address, host)
  expect((await open({ context: 'a', server: 'https://eks.example.com' })).namespace).toBe('ns-a')
  expect((await open({ context: 'prod', server: 'https://eks.example.com' })).namespace).toBe('ns-b')
  await expect(open({ context: 'prod', server: 'https://c' })).rejects.toThrow(
    /no such context, nor one that leads to https:\/\/c \(found "prod"\)\. Known are: a, b/,
  )
})

test.each<[string, string | undefined, object, RegExp]>([
  ['no cluster at all', undefined, {}, /^input "kubeconfig": no Kubernetes cluster is named\. Give a kubeconfig/],
  [
    'a path that leads nowhere',
    'nowhere',
    {},
    /^input "kubeconfig": there is no such kubeconfig \(found ".*nowhere"\)/,
  ],
  ['a KUBECONFIG that leads nowhere', undefined, { env: { KUBECONFIG: 'x' } }, /KUBECONFIG names no file that exists/],
  ['no YAML', 'a: [\n', {}, /^kubeconfig:2:1: not a kubeconfig: not valid YAML: .* Take one that kubectl accepts/],
  [
    'another document',
    'kind: Config\nclusters: secret\n',
    {},
    /^kubeconfig:2:11: not a kubeconfig: clusters: Invalid input: expected array, received string\. Take/,
  ],
  [
    'an unknown context',
    config('a'),
    { context: 'b' },
    /^input "context": the kubeconfig has no such context \(found "b"\)\. Known are: a/,
  ],
  [
    'no context',
    'clusters: []\nusers: []\n',
    {},
    /^input "kubeconfig": the kubeconfig has no current context\. Known are: none/,
  ],
  [
    'a context of no cluster',
    config('a').replace('cluster: a,', 'cluster: z,'),
    {},
    /names a cluster that the kubeconfig does not hold \(found "z"\)/,
  ],
  [
    'plain http',
    config('a', 'http://a.example.com'),
    {},
    /spoken to in plain text \(found "http:\/\/a\.example\.com"\)\. Use its https address/,
  ],
  ['no address', config('a', 'a.example.com'), {}, /the server has no https address \(found "a\.example\.com"\)/],
])('%s is a mistake with its place and cure', async (_, kubeconfig, options, message) => {
  const loading = load(kubeconfig, options)
  await expect(loading).rejects.toThrow(message)
  await expect(loading).rejects.toBeInstanceOf(ConfigurationError)
})

test('every secret is masked before anything is asked', async () => {
  const masked: string[] = []
  const user = { 'client-key-data': Buffer.from('KEY').toString('base64'), password: 'pass-word', username: 'u' }
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'x',
    env: [{ name: 'API_TOKEN', value: 'from-env' }],
  }
  await load(kubeconfigFor('https://a.example.com', user), { masked })
  await load(kubeconfigFor('https://a.example.com', { exec }), { masked })
  expect(masked).toEqual(['pass-word', 'S0VZ', 'KEY', 'from-env'])
})

test('a program that hangs ends with the request that wanted it, and requests that come together share one', async () => {
  const program = join(folder, 'hang')
  await writeFile(program, '#!/bin/sh\necho run >> "$0.runs"\nexec sleep 60\n')
  await chmod(program, 0o755)
  const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: program } }
  const client = await load(kubeconfigFor('https://127.0.0.1:1', user), { env: { PATH: process.env.PATH ?? '' } })
  const get = () => client.get(pods, { namespace: 'n', name: 'a' }, { timeout: 500 })
  for (const [index] of [0, 1].entries()) {
    await Promise.all([0, 1, 2].map(() => expect(get()).rejects.toThrow('no answer within 0.5 s')))
    expect(await readFile(`${program}.runs`, 'utf8')).toBe('run\n'.repeat(index + 1))
  }
  const children = () => readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  const commands = async () =>
    Promise.all(
      (await children())
        .split(' ')
        .filter(Boolean)
        .map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    )
  for (let tries = 0; tries < 100 && (await commands()).some(line => line.includes('sleep')); tries++) await sleep(20)
  expect((await commands()).filter(line => line.includes('sleep'))).toEqual([])
})

test('what a program gives is kept until it expires; a missing one is told with its hint', async () => {
  const seen: (string | undefined)[] = []
  const api = await startScriptedApi(({ headers }) => {
    seen.push(headers.authorization)
    return { metadata: { name: 'a' } }
  })
  const program = join(folder, 'mint')
  const status = (expires: string) =>
    `#!/bin/sh\necho x >> "$0.n"\necho "{\\"status\\":{\\"token\\":\\"$(wc -l < "$0.n" | tr -d ' ')-$TOKEN_END-$(echo $KUBERNETES_EXEC_INFO | wc -c)\\",\\"expirationTimestamp\\":\\"${expires}\\"}}"\n`
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: program,
    env: [{ name: 'TOKEN_END', value: 'z' }],
  }
  const env = { PATH: process.env.PATH ?? '' }
  try {
    for (const [expires, wanted] of [
      ['2001-01-01T00:00:00Z', ['1-z', '2-z']],
      ['2999-01-01T00:00:00Z', ['3-z', '3-z']],
    ] as const) {
      await writeFile(program, status(expires))
      await chmod(program, 0o755)
      const client = await load(kubeconfigFor(api.url, { exec }), { env })
      for (const _ of wanted) await client.get(pods, { namespace: 'n', name: 'a' })
      expect(seen.splice(0).map(value => value?.replace(/^Bearer (.*)-\d\d+$/, '$1'))).toEqual(wanted)
    }
    const missing = { exec: { ...exec, command: 'no-such-program', installHint: 'Install it' } }
    const client = await load(kubeconfigFor(api.url, missing), { env })
    await expect(client.get(pods, { namespace: 'n', name: 'a' })).rejects.toMatchObject({
      reason: 'unauthorized',
      message: expect.stringMatching(/no-such-program: not found\. Install it$/),
    })
  } finally {
    await api.close()
  }
})

test('a program that is named wrongly is a mistake with its place, and no value', async () => {
  const loading = load(kubeconfigFor('https://a.example.com', { exec: { apiVersion: 'v1', command: 5 } }))
  await expect(loading).rejects.toBeInstanceOf(ConfigurationError)
  await expect(loading).rejects.toThrow(/not a kubeconfig: users\[0\]\.user\.exec\.command: (?!.*found)/)
})

test("a kubeconfig's own program gives the token, which is masked; what it says when it fails is told", async () => {
  const api = await startScriptedApi(({ headers }, response) =>
    headers.authorization === 'Bearer minted-token'
      ? { metadata: { name: 'a' } }
      : refuse(response, 401, 'Unauthorized', 'Unauthorized'),
  )
  try {
    const program = join(folder, 'mint')
    await writeFile(program, '#!/bin/sh\necho \'{"status":{"token":"minted-token"}}\'\n')
    await chmod(program, 0o755)
    const exec = (command: string) => ({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args: ['no such'] },
    })
    const masked: string[] = []
    const client = await load(kubeconfigFor(api.url, exec(program)), { masked })
    await client.get(pods, { namespace: 'n', name: 'a' })
    expect(masked).toEqual(['minted-token'])
    const failing = await load(kubeconfigFor(api.url, exec('/bin/ls')))
    await expect(failing.get(pods, { namespace: 'n', name: 'a' })).rejects.toMatchObject({
      reason: 'unauthorized',
      message: expect.stringMatching(/^no credentials for http:\/\/127\.0\.0\.1:\d+: .*no such/),
    })
  } finally {
    await api.close()
  }
})
