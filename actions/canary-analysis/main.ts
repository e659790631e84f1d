import { type ActionHost, runAction } from '../shell/index.ts'
import { checkName, readInputs, secretsIn } from './inputs.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: secretsIn,
  title: ({ templates }) => `analyse ${templates.join(', ')}`,
  async run(inputs, { env, clock, fetch, log, signal, temporary, mask }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { analyze, annotate, parseAnalyzeInputs, secretValues } = await import('../../steps/analyze/index.ts')
    const { failureOf, summarize } = await import('./summary.ts')
    const base = env.GITHUB_WORKSPACE || process.cwd()
    const request = await parseAnalyzeInputs(inputs, { base, within: [base, temporary], env })
    for (const secret of secretValues(request.secrets)) mask(secret)
    const address = env.ARGO_ROLLOUTS_PROMETHEUS_ADDRESS
    const name = checkName(inputs)
    const check = name === undefined ? undefined : await openCheck(name, inputs.token, { env, clock, fetch, log })
    const report = await analyze(request, {
      ...{ clock, fetch, log, signal },
      ...(address && { defaultPrometheusUrl: address }),
      kubernetes: { env, cwd: base, mask, ...originOf(env) },
    }).catch(async error => {
      await check?.fail(error)
      throw error
    })
    await check?.end(report, request, base)
    annotate(report, request, base, log)
    const failure = failureOf(report)
    if (failure !== undefined && request.dryRun) log.warning(`dry run, so the step does not fail: ${failure}`)
    return {
      outputs: {
        phase: report.status.phase,
        message: report.status.message ?? '',
        report: request.report === undefined ? '' : `${request.report}.json`,
        json: JSON.stringify(report),
      },
      summary: summarize(report),
      ...(failure !== undefined && !request.dryRun && { failure }),
    }
  },
})

function originOf(env: ActionHost['env']): { from?: string } {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
  return server && repository && run ? { from: `${server}/${repository}/actions/runs/${run}` } : {}
}

/** A check run on the commit of the workflow's run; none where this is not known. */
async function openCheck(
  name: string,
  token: string,
  { env, ...host }: Pick<ActionHost, 'env' | 'clock' | 'fetch' | 'log'>,
) {
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = env
  if (!api || !repository || !commit || token === '') {
    host.log.warning('there is no check run: it needs a token, GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_SHA')
    return undefined
  }
  const { openGitHub } = await import('../../github/index.ts')
  const { openAnalysisCheck } = await import('../../steps/announce/index.ts')
  const { from: runUrl } = originOf(env)
  const open = (signal: AbortSignal) => openGitHub({ api, token, ...host, signal, timeout: 10_000, patience: 10_000 })
  return openAnalysisCheck({ open, repository, commit, name, ...(runUrl !== undefined && { runUrl }), ...host })
}
