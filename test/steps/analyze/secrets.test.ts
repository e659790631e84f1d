import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { summarize } from '../../../actions/canary-analysis/summary.ts'
import { analyzeCommand } from '../../../cli/analyze/index.ts'
import { run } from '../../../cli/run.ts'
import { reportSchema } from '../../../steps/analyze/index.ts'
import { terminal } from '../../cli/terminal.ts'
import { VirtualClock } from '../../support/clock.ts'
import { listen } from '../../support/prometheus/listen.ts'

/** What a server may tell of a request, in every writing it may choose. */
type Echo = (seen: readonly string[]) => { status: number; body: string; type?: string }

const secret = `hunter2+/&"<s3cret'`
/** A key of several lines, as a certificate has; only in a query, because no header can hold it. */
const key = `hunter2 first-line-of-it\nsecond-line-of-the-key="é<>&'"\n`

const spellings = (text: string): string[] => [
  ...[text, encodeURIComponent(text), encodeURIComponent(text).toLowerCase(), JSON.stringify(text)],
  ...[new URLSearchParams({ '': text }).toString(), Buffer.from(text).toString('base64')],
  ...[Buffer.from(text).toString('base64url'), JSON.stringify(JSON.stringify(text))],
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;').replaceAll("'", '&#x27;'),
]

const quoted = (error: string) => JSON.stringify({ status: 'error', errorType: 'bad_data', error })
const vector = { resultType: 'vector', result: [{ metric: {}, value: [1, '0.5'] }] }

const echoes: [string, Echo][] = [
  ['an error that quotes it', seen => ({ status: 400, body: quoted(seen.flatMap(spellings).join(' | ')) })],
  ['an error page that begins with it', seen => ({ status: 502, body: `${'<p>'.repeat(22)}${seen.join(' ')}` })],
  ['an answer that is no JSON', seen => ({ status: 200, body: `${' '.repeat(7)}${seen.toReversed().join(' ')}` })],
  [
    'a warning',
    seen => ({
      status: 200,
      body: JSON.stringify({ status: 'success', data: vector, warnings: seen.flatMap(spellings) }),
    }),
  ],
  [
    'a value that is no number',
    seen => ({
      status: 200,
      body: JSON.stringify({
        status: 'success',
        data: { resultType: 'vector', result: [{ metric: {}, value: [1, `${'x'.repeat(60)}${seen.join(' ')}`] }] },
      }),
    }),
  ],
]

/** Where a secret may come from: what is added to the template, the flags and the environment. */
type Source = {
  metric?: object
  provider?: object
  flags?: string[]
  value?: string
  url?: (url: string) => string
  args?: object[]
}

const fromSecret = [{ name: 'key', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
const password = encodeURIComponent(secret)

const sources: [string, Source][] = [
  ['a header', { flags: ['--prometheus-header', `X-Token: ${secret}`] }],
  ['a bearer token', { flags: ['--prometheus-header', `Authorization: Bearer ${secret}`] }],
  [
    'a basic authentication',
    { flags: ['--prometheus-header', `Authorization: Basic ${Buffer.from(`me:${secret}`).toString('base64')}`] },
  ],
  ['a password in the address', { url: url => url.replace('//', `//me:${password}@`) }],
  ['a key in the address', { url: url => `${url}?api_key=${password}` }],
  ['a header of the template', { provider: { headers: [{ key: 'X-Token', value: secret }] } }],
  [
    'a header that is filled in',
    {
      ...{ args: fromSecret, value: secret },
      provider: { headers: [{ key: 'Authorization', value: 'Bearer {{args.key}}' }] },
    },
  ],
  ['a query', { args: fromSecret, provider: { query: 'sum(x{key="{{args.key}}"})' } }],
  ['an address that is filled in', { args: fromSecret, url: url => `${url}/{{args.key}}` }],
  [
    'a condition',
    { args: fromSecret, metric: { successCondition: `result[0] < 1 && "{{args.key}}" != "{{args.key}}"` } },
  ],
  ['a condition of the wrong type', { args: fromSecret, metric: { successCondition: `result[0] + "{{args.key}}"` } }],
  [
    'a condition that is not supported',
    {
      ...{ args: fromSecret, value: 'hunter2-s3cret' },
      metric: { successCondition: String.raw`result[0] < 1 || "{{args.key}}" matches "\\pL"` },
    },
  ],
  [
    'a time that is not supported',
    {
      ...{ args: fromSecret, value: 'hunter2-s3cret' },
      provider: { rangeQuery: { start: `date("{{args.key}}", "{{args.key}}")`, end: 'now()', step: '1m' } },
    },
  ],
  [
    'a metric that the controller quotes as a whole',
    {
      provider: { headers: [{ key: 'X-Token', value: secret }] },
      metric: { consecutiveSuccessLimit: '{{args.x' },
    },
  ],
]

const action = new URL('../../../actions/canary-analysis/main.ts', import.meta.url)

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** A Prometheus, and a token server, that tell what they were asked. */
async function startEcho(echo: Echo) {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const headers = Object.values(request.headers).map(String)
    const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const form = [...new URLSearchParams(body).values()]
    const seen = [...headers, Buffer.from(basic, 'base64').toString(), ...form, decodeURIComponent(request.url ?? '')]
    if (request.url === '/token') {
      response.end(JSON.stringify({ access_token: `token-${secret}` }))
      return
    }
    const { status, body: said } = echo(seen)
    response.writeHead(status).end(said)
  })
  return listen(server)
}

/** Plays an analysis in a terminal with everything that can be written, and gives all of it by name. */
async function everything(
  { metric, provider, flags = [], url = same => same, args = [] }: Source,
  echo: Echo,
  value: string,
) {
  const server = await startEcho(echo)
  const prometheus = { query: 'q', address: url(server.url), ...fill(provider, server.url) }
  const metrics = [
    {
      name: 'm',
      count: 1,
      consecutiveErrorLimit: 0,
      successCondition: 'result[0] < 1',
      provider: { prometheus },
      ...metric,
    },
  ]
  const document = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'r' },
    spec: { metrics, args },
  }
  await writeFile(join(folder, 'run.yaml'), JSON.stringify(document))
  await writeFile(join(folder, 'key'), value)
  const io = (isTTY: boolean) => terminal({ clock: new VirtualClock(), cwd: folder, env: {}, isTTY })
  const common = ['analyze', 'run.yaml', '--verbose', '--secret', 's/k=file:key', ...flags]
  const commands = { analyze: async () => analyzeCommand }
  const [seen, json] = [io(true), io(false)]
  await run([...common, '--report', 'report'], commands, seen)
  await run([...common, '--json'], commands, json)
  await server.close()
  const [reported, page] = await Promise.all(
    ['report.json', 'report.html'].map(name => readFile(join(folder, name), 'utf8').catch(() => '')),
  )
  return {
    terminal: seen.logged(),
    stdout: seen.printed(),
    stderr: json.logged(),
    json: json.printed(),
    reported: reported ?? '',
    page: page ?? '',
    summary: reported ? summarize(reportSchema.parse(JSON.parse(reported))) : '',
  }
}

function fill(provider: object | undefined, url: string): object {
  return JSON.parse(JSON.stringify(provider ?? {}).replaceAll('TOKEN_URL', `${url}/token`))
}

/** Parts that tell enough to look for, in every writing in which they may come. */
const parts = [
  ...['hunter2', 's3cret', 'first-line', 'second-line'],
  ...[secret, key, `me:${secret}`, `token-${secret}`, key.trim()].map(text =>
    Buffer.from(text).toString('base64').slice(0, -4),
  ),
]

function leaks(texts: Record<string, string>): string[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    parts.flatMap(part => {
      const at = text.toLowerCase().indexOf(part.toLowerCase())
      return at < 0 ? [] : [`${name}: ${text.slice(Math.max(at - 60, 0), at + 60)}`]
    }),
  )
}

test.each(sources.flatMap(([source, made]) => echoes.map(([echo, how]) => [source, echo, made, how] as const)))(
  'a secret from %s is nowhere, though the server tells it in %s',
  async (_source, _echo, made, how) => {
    const texts = await everything(made, how, made.value ?? key)
    expect(leaks(texts)).toEqual([])
    expect(texts.json + texts.stderr).not.toBe('')
  },
)

test.each(echoes)(
  'a client secret and the token it brings are nowhere, though the server tells them in %s',
  async (_echo, how) => {
    const oauth2 = { tokenUrl: 'TOKEN_URL', clientId: 'me', clientSecret: secret }
    const texts = await everything({ provider: { authentication: { oauth2 } } }, how, key)
    expect(leaks(texts)).toEqual([])
    expect(JSON.parse(texts.json).metrics[0].measurements.length).toBeGreaterThan(0)
  },
)

test.each<[string, object]>([
  ['a header', { headers: [{ key: 'X-Token', value: { nested: secret } }] }],
  ['a client secret', { authentication: { oauth2: { clientSecret: [secret] } } }],
  ['an address', { address: { nested: secret } }],
])('a secret in %s of the wrong type is refused without being shown', async (_what, provider) => {
  const texts = await everything({ provider }, () => ({ status: 200, body: '' }), key)
  expect(texts.stderr).toContain('error:')
  expect(leaks(texts)).toEqual([])
})

test.each(echoes)(
  'in a job no secret is in log, annotations, outputs and summary, though the server tells it in %s',
  async (_echo, how) => {
    const server = await startEcho(how)
    const provider = { prometheus: { query: '{{args.key}}', address: server.url } }
    const metrics = [{ name: 'm', consecutiveErrorLimit: 0, successCondition: 'result[0] > 1', provider }]
    const document = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', spec: { metrics, args: fromSecret } }
    await writeFile(join(folder, 'run.yaml'), JSON.stringify(document))
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
    for (const file of Object.values(files)) await writeFile(file, '')
    const inputs = {
      'INPUT_PROMETHEUS-HEADERS': `Authorization: Bearer ${secret}`,
      ...{ INPUT_TEMPLATES: 'run.yaml', INPUT_SECRETS: 's/k=env:KEY', INPUT_REPORT: 'report' },
    }
    const child = spawn(process.execPath, [fileURLToPath(action)], {
      cwd: folder,
      timeout: 25_000,
      env: { PATH: process.env.PATH, GITHUB_WORKSPACE: folder, RUNNER_DEBUG: '1', KEY: key, ...files, ...inputs },
    })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk))
    const code = await new Promise(resolve => child.once('close', resolve))
    await server.close()
    const names = ['output', 'summary', 'report.json', 'report.html']
    const texts = await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'utf8')]))
    const shown = log.split('\n').filter(line => !line.startsWith('::add-mask::')) // the runner shows these to nobody
    expect(code).toBe(1)
    expect(shown.join('\n')).toMatch(/^::error file=run\.yaml,/m)
    expect(leaks({ log: shown.join('\n'), ...Object.fromEntries(texts) })).toEqual([])
    expect(log).toContain('::add-mask::second-line-of-the-key')
  },
)

test('the tests would see a secret', () => {
  expect(
    leaks({ a: `x ${encodeURIComponent(secret)}`, b: Buffer.from(secret).toString('base64'), c: 'fine' }),
  ).toHaveLength(3)
})
