import { ConfigurationError, parseDuration } from '../../configuration/index.ts'
import type { AnalysisRunSpec, Secrets, TemplateLibrary } from '../../rollouts/analysis/index.ts'
import { loadTemplates, mergeTemplates, withArguments } from '../../rollouts/analysis/index.ts'
import { type ClusterInputs, type ClusterRequest, parseClusterInputs } from './cluster-request.ts'
import { type Folders, readSources, reportPath } from './files.ts'
import { readSecrets } from './secrets.ts'

/** The inputs as they come from a workflow or a command line; texts are empty where nothing was given. */
export type AnalyzeInputs = ClusterInputs & {
  'prometheus-url': string
  /** `Name: value` */
  'prometheus-headers': readonly string[]
  /** Files and folders. */
  templates: readonly string[]
  /** `NAME=VALUE` */
  args: readonly string[]
  /** `SECRET/KEY=env:VARIABLE` or `SECRET/KEY=file:PATH` */
  secrets: readonly string[]
  timeout: string
  report: string
  'dry-run': string
}

/** What is to be analysed, every value checked. */
export type AnalyzeRequest = {
  /** The AnalysisRun's name, or those of the templates. */
  name: string
  spec: AnalysisRunSpec
  library: TemplateLibrary
  /** Measures here, whatever address the templates name. */
  prometheusUrl?: string
  headers: Readonly<Record<string, string>>
  secrets: Secrets
  /** Milliseconds. */
  timeout?: number
  /** Where a cluster's own controller plays it. */
  cluster?: ClusterRequest
  /** Absolute path without its ending: `.json` and `.html` are written. */
  report?: string
  dryRun: boolean
  /** What the user should know before it starts. */
  notes: readonly string[]
}

export type InputHost = Folders & { env: Readonly<Record<string, string | undefined>> }

/** Checks the inputs and reads the templates. Throws a ConfigurationError that names the input or the file's place. */
export async function parseAnalyzeInputs(inputs: AnalyzeInputs, host: InputHost): Promise<AnalyzeRequest> {
  const args = pairs('args', inputs.args, /^[^\s=]+$/)
  const headers = parseHeaders(inputs['prometheus-headers'])
  const timeout = timeoutIn(inputs.timeout)
  const dryRun = booleanIn('dry-run', inputs['dry-run'])
  const report = inputs.report === '' ? undefined : await reportPath(host, inputs.report)
  const cluster = parseClusterInputs(inputs)
  const providers = cluster ? 'any' : 'prometheus'
  const library = loadTemplates(await readSources(host, inputs.templates), { providers })
  const { name, spec, notes } = chooseRun(library, args)
  return {
    name,
    spec,
    library,
    ...(inputs['prometheus-url'] !== '' && { prometheusUrl: inputs['prometheus-url'] }),
    headers,
    secrets: await readSecrets(pairs('secrets', inputs.secrets, /^[^\s=/]+\/[^\s=/]+$/), host),
    ...(timeout !== undefined && { timeout }),
    ...(report !== undefined && { report }),
    ...(cluster && { cluster }),
    dryRun,
    notes: [...notes, ...(cluster ? [] : notesOnLocal(spec))],
  }
}

/** Reads `Name: value`. The values are secrets, so no error holds one. */
export function parseHeaders(headers: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    headers.map((line, index) => {
      const colon = line.indexOf(':')
      if (colon > 0) return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
      throw new ConfigurationError({
        problem: `line ${index + 1} is not a header`,
        place: { input: 'prometheus-headers' },
        cure: 'Write one header a line, as Name: value',
      })
    }),
  )
}

function chooseRun(library: TemplateLibrary, args: Readonly<Record<string, string>>) {
  const [run, second] = library.runs
  if (second) {
    throw new ConfigurationError({
      problem: 'there are several AnalysisRuns',
      place: second.document.placeOf(['metadata', 'name']),
      cure: 'Run them one by one',
    })
  }
  if (run) {
    const ignored = library.templates.length + library.clusterTemplates.length > 0
    const notes = ignored ? ['an AnalysisRun refers to no templates: the templates beside it are ignored'] : []
    return { name: run.name, spec: withArguments(run.spec, args), notes: [...notes, ...notesOn(run.spec, args)] }
  }
  const templates = [...library.templates, ...library.clusterTemplates]
  if (templates.length === 0) {
    throw new ConfigurationError({
      problem: 'there is nothing to run',
      place: { input: 'templates' },
      cure: 'Name files or folders with AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun documents',
    })
  }
  const spec = mergeTemplates(library, { args })
  return { name: templates.map(({ name }) => name).join(', '), spec, notes: notesOn(spec, args) }
}

function notesOn({ args = [] }: AnalysisRunSpec, given: Readonly<Record<string, string>>): string[] {
  const known = new Set(args.map(({ name }) => name))
  const unknown = Object.keys(given).filter(name => !known.has(name))
  return unknown.map(
    name => `argument ${JSON.stringify(name)} is known to no template, and ignored as the controller does`,
  )
}

/** What a run that is played here cannot have. */
function notesOnLocal({ args = [], ttlStrategy }: AnalysisRunSpec): string[] {
  const fields = args.filter(({ valueFrom, value }) => valueFrom?.fieldRef && value === undefined)
  return [
    ...fields.map(
      ({ name }) =>
        `argument ${JSON.stringify(name)} reads a field of a Rollout, and there is no Rollout here: supply its value instead`,
    ),
    ...(ttlStrategy ? ['ttlStrategy is ignored: nothing is kept that could be deleted'] : []),
  ]
}

function timeoutIn(text: string): number | undefined {
  if (text === '') return undefined
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw new ConfigurationError({
    problem: 'not a duration',
    place: { input: 'timeout' },
    value: text,
    cure: 'Write it as 30s, 10m or 1h30m',
  })
}

function booleanIn(input: string, text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw new ConfigurationError({ problem: 'not true or false', place: { input }, value: text })
}

function pairs(input: string, items: readonly string[], name: RegExp): Readonly<Record<string, string>> {
  const found = new Map<string, string>()
  for (const item of items) {
    const at = item.indexOf('=')
    const key = item.slice(0, Math.max(at, 0)).trim()
    if (!name.test(key)) {
      throw new ConfigurationError({
        problem: 'not a name and a value',
        place: { input },
        value: at < 0 ? item : key,
        cure:
          input === 'secrets'
            ? 'Write SECRET/KEY=env:VARIABLE or SECRET/KEY=file:PATH'
            : 'Write NAME=VALUE, one a line',
      })
    }
    if (found.has(key)) throw new ConfigurationError({ problem: 'given more than once', place: { input }, value: key })
    found.set(key, item.slice(at + 1))
  }
  return Object.fromEntries(found)
}
