import { ConfigurationError, type Document, readDocument } from '../../../configuration/index.ts'
import {
  type AnalysisRunSpec,
  loadTemplates,
  mergeTemplates,
  prometheusProvider,
  runAnalysis,
} from '../../../rollouts/analysis/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import type { Case, Request } from '../oracle/index.ts'
import type { startServer } from './server.ts'

/** What the engine makes of a case, in the form of the oracle's outcome. */
export type Played = {
  /** The words of a merge that is refused. */
  refused?: string
  spec?: unknown
  status?: unknown
  requests?: Record<string, Request[]>
  /** A ConfigurationError: something that only a cluster can do, by name. */
  unsupported?: string
}

type Server = Awaited<ReturnType<typeof startServer>>

/** Plays a case as a user would have it played: documents are loaded, merged and run, over HTTP, on a virtual clock. */
export async function playCase(given: Case, server: Server): Promise<Played> {
  const played: Case = JSON.parse(JSON.stringify(given).replaceAll('PROMETHEUS', server.url))
  server.load(played.script)
  const outcome = await play(played, server)
  return JSON.parse(JSON.stringify(outcome).replaceAll(server.url, 'PROMETHEUS'))
}

async function play(played: Case, server: Server): Promise<Played> {
  let spec: AnalysisRunSpec
  try {
    spec = specOf(played)
  } catch (error) {
    if (error instanceof ConfigurationError) return { refused: error.fault.problem }
    throw error
  }
  const clock = new VirtualClock(played.start)
  const terminate = new AbortController()
  if (played.terminateAfter !== undefined) {
    clock.at(clock.now() + played.terminateAfter, () => terminate.abort(new Error('terminate')))
  }
  try {
    const { status } = await runAnalysis(spec, {
      query: prometheusProvider({
        fetch,
        insecureFetch: fetch,
        ...(played.defaultAddress && { defaultUrl: played.defaultAddress }),
      }),
      clock,
      signal: terminate.signal,
      secrets: new Map(
        Object.entries(played.secrets ?? {}).map(([name, keys]) => [name, new Map(Object.entries(keys))]),
      ),
    })
    return { spec, status, requests: server.requests() }
  } catch (error) {
    if (error instanceof ConfigurationError) return { spec, unsupported: error.message }
    throw error
  }
}

function specOf({ spec, templates = [], clusterTemplates = [], refs = [], args = [] }: Case): AnalysisRunSpec {
  if (spec) {
    const [run] = loadTemplates([document('AnalysisRun', { metadata: { name: 'case' }, spec })]).runs
    if (!run) throw new Error('the run was not loaded')
    return run.spec
  }
  const library = loadTemplates([
    ...templates.map(template => document('AnalysisTemplate', template)),
    ...clusterTemplates.map(template => document('ClusterAnalysisTemplate', template)),
  ])
  return mergeTemplates(library, {
    templates: refs.map(({ templateName }) => templateName),
    args: Object.fromEntries(args.map(({ name, value }) => [name, value])),
  })
}

/** JSON is YAML, if what YAML does not print is escaped. */
function document(kind: string, content: object): Document {
  const text = JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind, ...content })
  const escaped = text.replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return readDocument(escaped, 'case.yaml')
}
