import { parseArgs } from 'node:util'
import { buildOracle } from '../oracle/index.ts'
import { fuzzConditions } from './conditions.ts'
import { fuzzRuns } from './runs.ts'

// node test/e2e/fuzz/main.ts runs|conditions [--seed N] [--cases N]: more cases than the tests have time for.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, cases: { type: 'string', default: '10000' } },
})
const options = { seed: Number(values.seed), cases: Number(values.cases) }
const program = await buildOracle(console.error)
const started = performance.now()
const report =
  positionals[0] === 'conditions' ? await fuzzConditions(program, options) : await fuzzRuns(program, options)
const { differences, ...counts } = report
for (const difference of differences) console.log(JSON.stringify(difference))
console.log({ ...counts, differences: differences.length, seconds: Math.round((performance.now() - started) / 1000) })
if (differences.length > 0) process.exitCode = 1
