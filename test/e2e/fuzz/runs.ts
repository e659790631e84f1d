import { type Case, type Oracle, type Outcome, outcomeSchema, startOracle } from '../oracle/index.ts'
import { type Comparison, compare } from './compare.ts'
import { generate } from './generate.ts'
import { minimise } from './minimise.ts'
import { playCase } from './play.ts'
import { startServer } from './server.ts'

export type Difference = { seed: number; path: string; ours: unknown; theirs: unknown; smallest: Case }

export type RunReport = {
  cases: number
  /** How many cases met each kind of difference that is meant. */
  explained: Record<string, number>
  /** The controller's phases, to see that the cases are of every sort. */
  phases: Record<string, number>
  measurements: number
  differences: Difference[]
}

/** Plays random cases here and on the controller's code; each case has a seed of its own, printed with a difference. */
export async function fuzzRuns(
  program: string,
  { seed, cases, mostDifferences = 20 }: { seed: number; cases: number; mostDifferences?: number },
): Promise<RunReport> {
  const oracle = startOracle(program, 'runs', (answer): Outcome => outcomeSchema.parse(answer))
  const server = await startServer()
  const report: RunReport = { cases: 0, explained: {}, phases: {}, measurements: 0, differences: [] }
  try {
    for (let current = seed; current < seed + cases && report.differences.length < mostDifferences; current++) {
      const played = generate(current)
      const { comparison, theirs } = await both(played, oracle, server)
      report.cases++
      count(report.phases, theirs.refused !== undefined ? 'refused' : (theirs.status?.phase ?? 'none'))
      report.measurements += Object.values(theirs.requests ?? {}).flat().length
      if (comparison.kind === 'same') {
        for (const name of comparison.explained) count(report.explained, name)
        continue
      }
      const smallest = await minimise(played, async candidate => {
        const { comparison: again } = await both(candidate, oracle, server)
        return again.kind === 'different' && shape(again.path) === shape(comparison.path)
      })
      const { comparison: left } = await both(smallest, oracle, server)
      if (left.kind === 'different') report.differences.push({ seed: current, ...differenceOf(left), smallest })
    }
    return report
  } finally {
    await Promise.all([oracle.close(), server.close()])
  }
}

async function both(played: Case, oracle: Oracle<Case, Outcome>, server: Awaited<ReturnType<typeof startServer>>) {
  const [ours, theirs] = await Promise.all([playCase(played, server), oracle.ask(played)])
  return { comparison: compare(played, ours, theirs), theirs }
}

function differenceOf({ path, ours, theirs }: Extract<Comparison, { kind: 'different' }>) {
  return { path, ours, theirs }
}

/** A path without its numbers, so that a smaller case counts as the same difference. */
function shape(path: string): string {
  return path.replace(/\/\d+/g, '/n')
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
