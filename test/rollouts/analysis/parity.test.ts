import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import {
  type AnalysisRunStatus,
  loadTemplates,
  prometheusProvider,
  runAnalysis,
} from '../../../rollouts/analysis/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type Script, startScripted } from '../../support/prometheus/scripted.ts'

type Recorded = {
  name: string
  spec: unknown
  script: Script
  terminateAfterSeconds?: number
  expect: AnalysisRunStatus
}

/** Runs recorded on the Argo Rollouts controller v1.10.2, with the exact replies it got. */
const recorded: Recorded[] = readFileSync(new URL('./fixtures/analysis-runs.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line))

/**
 * Wording from Go's libraries, which is not the controller's own: how jsoniter complains of an answer that is no
 * result. The messages are compared without it.
 */
const foreign: readonly [RegExp, string][] = [
  [/bad_response: readObjectStart: .*bigger context \.\.\.\|.*?\|\.\.\./gs, 'NOT JSON'],
  [/bad_response: the answer is not JSON: it is empty/g, 'NOT JSON'],
  [
    /unmarshalerDecoder: unexpected value type "string", error found .*?bigger context \.\.\.\|.*?\|\.\.\./gs,
    'A STRING',
  ],
  [/unexpected value type "string"/g, 'A STRING'],
]

/**
 * In these two the controller asked once more than its status tells: it measured again on a stale copy of the run, and
 * the later patch replaced the list with the earlier measurement in it. Without the reply whose measurement was lost
 * (counted from 0), they agree.
 */
const lostReplies = new Map([
  ['limit-293-SFSFSSSI', 2],
  ['limit-294-SFSSSFIS', 2],
])

function withoutLostReply({ name, script }: Recorded): Script {
  const lost = lostReplies.get(name)
  if (lost === undefined) return script
  return Object.fromEntries(Object.entries(script).map(([query, replies]) => [query, replies.toSpliced(lost, 1)]))
}

function worded(message: string | undefined): string | undefined {
  return message === undefined ? undefined : foreign.reduce((text, [from, to]) => text.replace(from, to), message)
}

function comparable(status: AnalysisRunStatus) {
  const { startedAt: _started, completedAt: _completed, metricResults, ...rest } = status
  return {
    ...rest,
    message: worded(rest.message),
    metricResults: [...metricResults]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ metadata: _metadata, measurements = [], ...metric }) => ({
        ...metric,
        message: worded(metric.message),
        measurements: measurements.map(({ phase, value, message }) => ({ phase, value, message: worded(message) })),
      })),
  }
}

async function play(recorded: Recorded): Promise<AnalysisRunStatus> {
  const { spec, terminateAfterSeconds } = recorded
  const server = await startScripted(withoutLostReply(recorded))
  try {
    const value = JSON.parse(JSON.stringify(spec).replaceAll('"PROMETHEUS"', JSON.stringify(server.url)))
    const document = {
      file: 'run.yaml',
      value: { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata: { name: 'run' }, spec: value },
      placeOf: () => ({ file: 'run.yaml' }),
      placeIn: () => ({ file: 'run.yaml' }),
      comments: () => [],
    }
    const [run] = loadTemplates([document]).runs
    if (!run) throw new Error('no run')
    const clock = new VirtualClock()
    const terminate = new AbortController()
    if (terminateAfterSeconds !== undefined) {
      clock.at(clock.now() + terminateAfterSeconds * 1000, () => terminate.abort(new Error('terminate')))
    }
    const { status } = await runAnalysis(run.spec, {
      query: prometheusProvider({ fetch }),
      clock,
      signal: terminate.signal,
    })
    return status
  } finally {
    await server.close()
  }
}

test.each(recorded.map(run => [run.name, run] as const))('%s ends as on the controller', async (_name, run) => {
  const status = comparable(await play(run))
  const expected = comparable(run.expect)
  if (expected.message !== 'Run Terminated') {
    expect(status).toEqual(expected)
    return
  }
  // Counts and measurements of a terminated run depend on the controller's timing: one must be the other's beginning.
  expect([status.phase, status.message]).toEqual([expected.phase, expected.message])
  for (const [index, metric] of status.metricResults.entries()) {
    const measurements = expected.metricResults[index]?.measurements ?? []
    const common = Math.min(measurements.length, metric.measurements.length)
    expect(common).toBeGreaterThan(0)
    expect(metric.measurements.slice(0, common)).toEqual(measurements.slice(0, common))
  }
})

test('all recorded runs are played', () => {
  expect(recorded).toHaveLength(237)
})
