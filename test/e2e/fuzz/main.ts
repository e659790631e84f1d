import { parseArgs } from 'node:util'
import { buildOracle } from '../oracle/index.ts'
import { fuzzConditions } from './conditions.ts'

// node test/e2e/fuzz/main.ts [runs|conditions] [--seed N] [--cases N]: more cases than the tests have time for.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, cases: { type: 'string', default: '10000' } },
})
const options = { seed: Number(values.seed), cases: Number(values.cases) }
const program = await buildOracle(console.error)
const started = performance.now()
const report = await fuzzConditions(program, options)
console.log(
  JSON.stringify({
    ...report,
    differences: report.differences.length,
    seconds: (performance.now() - started) / 1000,
    positionals,
  }),
)
for (const difference of report.differences.slice(0, 30)) console.log(JSON.stringify(difference))
if (report.differences.length > 0) process.exitCode = 1
