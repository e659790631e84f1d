import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from '@jest/globals'
import { buildOracle, type Case, type Outcome, outcomeSchema, startOracle } from '../oracle/index.ts'
import { fuzzConditions } from './conditions.ts'
import { exceptions, hidden, wordings } from './explained.ts'
import { fuzzRuns } from './runs.ts'

// FUZZ_SEED=N plays other cases, FUZZ_CASES=N more of them; `node test/e2e/fuzz/main.ts` does so without jest.
const seed = Number(process.env.FUZZ_SEED ?? 20_260_101)
const cases = Number(process.env.FUZZ_CASES ?? 1500)

let program: string

beforeAll(async () => {
  program = await buildOracle(console.log)
}, 1_800_000)

test(`${cases} random analyses end here as on the controller's own code, from seed ${seed}`, async () => {
  const report = await fuzzRuns(program, { seed, cases })
  const { differences, ...counts } = report
  console.log(`seed ${seed}:`, counts)
  expect(differences).toEqual([])
  expect(report.cases).toBe(cases)
  // The cases are of every sort, and few of them need an explanation beyond the wording of Go's libraries.
  for (const phase of ['Successful', 'Failed', 'Error', 'Inconclusive', 'refused']) {
    expect([phase, (report.phases[phase] ?? 0) > cases / 100]).toEqual([phase, true])
  }
  expect(report.measurements).toBeGreaterThan(cases)
  const excepted = exceptions.reduce((sum, { name }) => sum + (report.explained[name] ?? 0), 0)
  expect(excepted / cases).toBeLessThan(0.04)
}, 900_000)

test('20,000 random conditions have the verdict and the message of the controller, or are refused by name', async () => {
  const report = await fuzzConditions(program, { seed, cases: 20_000 })
  console.log(`seed ${seed}:`, { ...report, differences: report.differences.length })
  expect(report.differences).toEqual([])
  expect(report.rejected / report.cases).toBeLessThan(0.01)
  expect(report.undecided / report.cases).toBeLessThan(0.001)
}, 600_000)

test('every kind of difference that is meant has its reason, and a line in the README', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  for (const { name, why } of [...exceptions, ...wordings, ...Object.values(hidden)]) {
    expect([name, why.length > 20]).toEqual([name, true])
    expect(readme).toContain(`| ${name} | `)
  }
})

type Recorded = {
  name: string
  spec: object
  script: Record<string, Reply[]>
  terminateAfterSeconds?: number
  expect: object
}
type Reply = { v?: unknown[]; scalar?: unknown; string?: string; matrix?: unknown[][]; status?: number; body?: string }

/** The oracle itself is compared with what a controller in a cluster recorded. */
test('the oracle ends as the recorded runs did', async () => {
  const file = new URL('../../rollouts/analysis/fixtures/analysis-runs.jsonl', import.meta.url)
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const recorded = lines
    .map((line): Recorded => JSON.parse(line))
    .filter(({ terminateAfterSeconds }) => terminateAfterSeconds === undefined)
  const oracle = startOracle(program, 'runs', (answer): Outcome => outcomeSchema.parse(answer))
  try {
    const ended = await Promise.all(recorded.map(run => oracle.ask(caseOf(run))))
    const phases = ended.map(({ status }, index) => [recorded[index]?.name, status?.phase, status?.message])
    // In two of them the controller measured again on a stale copy: what it asked then is not in its status.
    const lost = ['limit-293-SFSFSSSI', 'limit-294-SFSSSFIS']
    const expected = recorded.map(({ name, expect: status }) => [
      name,
      Reflect.get(status, 'phase'),
      Reflect.get(status, 'message'),
    ])
    const judged = (rows: unknown[][]) => rows.filter(([name]) => !lost.includes(String(name)))
    expect(judged(phases)).toEqual(judged(expected))
  } finally {
    await oracle.close()
  }
}, 120_000)

function caseOf({ spec, script }: Recorded): Case {
  const replies = Object.entries(script).map(([query, list]) => [query, list.map(render)] as const)
  return { spec: { ...spec }, script: Object.fromEntries(replies), start: 1_700_000_000_000 }
}

const time = 1_700_000_000

function render(reply: Reply): { status: number; body: string } {
  if (reply.status !== undefined) return { status: reply.status, body: reply.body ?? '' }
  return { status: 200, body: JSON.stringify({ status: 'success', data: dataOf(reply) }) }
}

function dataOf({ v = [], scalar, string, matrix }: Reply) {
  if (scalar !== undefined) return { resultType: 'scalar', result: [time, String(scalar)] }
  if (string !== undefined) return { resultType: 'string', result: [time, string] }
  if (matrix) {
    const result = matrix.map((values, index) => ({
      metric: { i: `${index}` },
      values: values.map((value, step) => [time + 60 * step, String(value)]),
    }))
    return { resultType: 'matrix', result }
  }
  const result = v.map((value, index) => ({ metric: { i: `${index}` }, value: [time, String(value)] }))
  return { resultType: 'vector', result }
}
