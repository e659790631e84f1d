import { parse } from 'node:path'
import { ConfigurationError, parseDuration } from '../../configuration/index.ts'
import { type AnalysisResult, analyze, parseAnalyzeInputs } from '../../steps/analyze/index.ts'
import { command } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { renderReport } from './render.ts'
import { startWatch } from './watch.ts'

/** `stovepipe analyze`: what the action `canary-analysis` does, from a terminal. */
export const analyzeCommand = command({
  name: 'analyze',
  summary:
    'Plays AnalysisTemplates against a Prometheus, as the Argo Rollouts controller would, and explains the verdict',
  usage: 'FILE... [options]',
  description:
    'FILE is a file or a folder with AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun documents. The address of\n' +
    'Prometheus comes from the templates, else from ARGO_ROLLOUTS_PROMETHEUS_ADDRESS.',
  options: {
    'prometheus-url': {
      type: 'string',
      value: 'URL',
      description: 'Measures here, whatever address the templates name',
    },
    'prometheus-header': {
      type: 'string',
      value: 'HEADER',
      multiple: true,
      description: 'Sent with each query: Name: value',
    },
    arg: { type: 'string', value: 'NAME=VALUE', multiple: true, description: 'An argument of the templates' },
    secret: {
      type: 'string',
      value: 'NAME/KEY=SOURCE',
      multiple: true,
      description: 'Where a secretKeyRef is read from: env:VARIABLE or file:PATH',
    },
    timeout: {
      type: 'string',
      value: 'DURATION',
      description: 'Ends the run as unfinished after this time, for example 30m',
    },
    'terminate-after': { type: 'string', value: 'SECONDS', description: 'Ends the run as spec.terminate does' },
    report: { type: 'string', value: 'PATH', description: 'Writes the report to PATH.json and PATH.html' },
    cluster: { type: 'boolean', description: "Has a cluster's Argo Rollouts controller play it, as an AnalysisRun" },
    kubeconfig: {
      type: 'string',
      value: 'FILE',
      description: "With --cluster; left out, KUBECONFIG, ~/.kube/config or the pod's own service account",
    },
    context: { type: 'string', value: 'NAME', description: "With --cluster; left out, the kubeconfig's current one" },
    namespace: { type: 'string', value: 'NAME', description: "With --cluster; left out, the context's own" },
    keep: {
      type: 'string',
      value: 'WHEN',
      description: 'With --cluster, whether the AnalysisRun stays: true, false or, left out, on-failure',
    },
  },
  positionals: { min: 1, max: 1000 },
  async run(values, positionals, context) {
    const { cwd, env, clock, fetch, stdout } = context
    const request = await parseAnalyzeInputs(
      {
        'prometheus-url': values['prometheus-url'] ?? '',
        'prometheus-headers': values['prometheus-header'] ?? [],
        templates: positionals,
        args: values.arg ?? [],
        secrets: values.secret ?? [],
        timeout: values.timeout ?? '',
        report: values.report ?? '',
        'dry-run': 'false',
        mode: values.cluster ? 'cluster' : 'local',
        kubeconfig: values.kubeconfig ?? '',
        context: values.context ?? '',
        namespace: values.namespace ?? '',
        keep: values.keep ?? '',
      },
      // Whoever types this may read every file it could name: only a workflow's inputs are kept within a folder.
      { base: cwd, within: [parse(cwd).root], env },
    )
    const terminate = terminateAfter(values['terminate-after'], context)
    const address = env.ARGO_ROLLOUTS_PROMETHEUS_ADDRESS
    const watch = await startWatch(context, values.verbose ?? false)
    try {
      const report = await analyze(request, {
        ...{ clock, fetch, log: watch?.log ?? context.log, signal: terminate.signal },
        ...(watch && { watcher: watch.watcher }),
        ...(address && { defaultPrometheusUrl: address }),
        kubernetes: { env, cwd, mask() {}, from: 'stovepipe analyze' },
      })
      watch?.end(report)
      stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report))
      return codes[report.result]
    } catch (error) {
      watch?.end()
      throw error
    } finally {
      terminate.dispose()
    }
  },
})

const codes: Readonly<Record<AnalysisResult, ExitCode>> = {
  successful: exitCodes.done,
  failed: exitCodes.bad,
  inconclusive: exitCodes.unfinished,
  error: exitCodes.unfinished,
  'timed-out': exitCodes.unfinished,
  cancelled: exitCodes.cancelled,
}

type Terminate = { signal: AbortSignal; dispose(): void }

/** A signal that is aborted by Ctrl-C, or after the given seconds of the clock. */
function terminateAfter(
  seconds: string | undefined,
  { clock, signal }: { clock: { sleep(ms: number, signal?: AbortSignal): Promise<void> }; signal: AbortSignal },
): Terminate {
  if (seconds === undefined) return { signal, dispose() {} }
  const ms = parseDuration(/^\d+(?:\.\d+)?$/.test(seconds) ? `${seconds}s` : seconds)
  if (ms === undefined || ms < 0) {
    throw new ConfigurationError({
      problem: 'not a number of seconds',
      place: { input: '--terminate-after' },
      value: seconds,
    })
  }
  const terminate = new AbortController()
  const over = new AbortController()
  clock.sleep(ms, over.signal).then(
    () => terminate.abort(new Error('terminated')),
    () => {}, // the analysis ended before
  )
  return { signal: AbortSignal.any([signal, terminate.signal]), dispose: () => over.abort() }
}
