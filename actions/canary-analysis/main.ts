import { runAction } from '../shell/index.ts'
import { readInputs, secretsIn } from './inputs.ts'

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
    const report = await analyze(request, {
      ...{ clock, fetch, log, signal },
      ...(address && { defaultPrometheusUrl: address }),
      kubernetes: { env, cwd: base, mask, ...originOf(env) },
    })
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

function originOf({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run }: NodeJS.ProcessEnv) {
  return server && repository && run ? { from: `${server}/${repository}/actions/runs/${run}` } : {}
}
