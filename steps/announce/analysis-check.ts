import { type CheckConclusion, type CheckContent, type GitHub, GitHubError } from '../../github/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import { cell } from '../../markdown/index.ts'
import { type AnalysisReport, type AnalysisResult, type AnalyzeRequest, placeOf } from '../analyze/index.ts'
import { openCheckRuns } from './check-runs.ts'
import { openErrands } from './errands.ts'
import { tellAccount } from './verdicts.ts'

export type AnalysisCheckOptions = {
  /** Opens the API; the signal ends what is under way when it takes too long. */
  open(signal: AbortSignal): GitHub
  repository: string
  /** The commit's whole id. */
  commit: string
  name: string
  runUrl?: string
  clock: Clock
  log: Log
}

/** What an analysis by itself tells; only a verdict against the release is a failure. */
const ends: Readonly<Record<AnalysisResult, { conclusion: CheckConclusion; title: string }>> = {
  successful: { conclusion: 'success', title: 'Judged good' },
  failed: { conclusion: 'failure', title: 'Judged bad' },
  error: { conclusion: 'neutral', title: 'Could not be carried out' },
  inconclusive: { conclusion: 'neutral', title: 'Inconclusive' },
  cancelled: { conclusion: 'cancelled', title: 'Cancelled' },
  'timed-out': { conclusion: 'neutral', title: 'Not finished in time' },
}

/** Milliseconds that the end may wait for GitHub; less than a cancelled step has. */
const linger = 4_000

/**
 * Begins a check run of an analysis that is played by itself; a rerun goes on with the same one. Nobody waits for it but
 * its end, and that not for long; what goes wrong is one warning.
 */
export function openAnalysisCheck({ open, repository, commit, name, runUrl, clock, log }: AnalysisCheckOptions) {
  const ending = new AbortController()
  const errands = openErrands(clock, (_errand, error, what) => {
    if (what === 'later' || ending.signal.aborted) return
    const said = error instanceof Error ? error.message : String(error)
    const missing = what === 'subject' ? ', which needs the permission "checks: write" there' : ''
    log.warning(`the check run "${name}" is not shown on ${repository}${missing}: ${said}`)
  })
  const checkRuns = openCheckRuns(open(ending.signal), repository)
  const startedAt = clock.now()

  function show(told: Pick<CheckContent, 'state' | 'title' | 'summary' | 'text' | 'annotations'>): void {
    const content = {
      name,
      externalId: `stovepipe/canary-analysis/${name}`,
      ...(runUrl !== undefined && { detailsUrl: runUrl }),
      startedAt,
      ...told,
    }
    const { kind } = told.state
    errands.want({ key: name, subject: 'checks', wish: kind, run: () => checkRuns.show(commit, content, 'always') })
  }

  async function settle(): Promise<void> {
    const late = AbortSignal.timeout(linger)
    const tooLate = new Promise<void>(resolve => late.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([errands.drain(), tooLate])
    ending.abort(new Error('the analysis is over'))
    if (errands.undone().length > 0 || late.aborted) log.warning(`GitHub did not take the check run "${name}" in time`)
  }

  show({ state: { kind: 'in_progress' }, title: 'Being analysed', summary: 'The analysis is under way.' })
  return {
    /** Tells the report. Files are named from `base`, which is where the repository is checked out. */
    async end(report: AnalysisReport, request: AnalyzeRequest, base: string): Promise<void> {
      const { conclusion, title } = ends[report.result]
      const harmless = request.dryRun && conclusion === 'failure'
      const metrics = report.metrics.map(({ name, phase, dryRun, explanation }) => {
        const place = placeOf(request.library, name, base)
        return { name, phase, dryRun: dryRun || request.dryRun, explanation, ...(place && { place }) }
      })
      const told = {
        conclusion: harmless ? ('neutral' as const) : conclusion,
        title: harmless ? `${title} (dry run)` : title,
        at: clock.now(),
      }
      show(tellAccount(told, { sentence: report.sentence, metrics }, file => file))
      await settle()
    },
    /** For an analysis that came to no report. */
    async fail(error: unknown): Promise<void> {
      const reason = error instanceof Error && !(error instanceof GitHubError) ? error.message : 'It ended too early.'
      const state = { kind: 'completed', conclusion: 'neutral', at: clock.now() } as const
      show({ state, title: ends.error.title, summary: cell(reason) })
      await settle()
    },
  }
}
