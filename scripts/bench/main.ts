import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureAnalysis } from './analysis.ts'
import { measureBump } from './bump.ts'
import { judge } from './goal.ts'
import { measureStartUp } from './start-up.ts'

// Everything is measured in one run on one machine, and given as ratios: milliseconds of another machine mean nothing.
const root = fileURLToPath(new URL('../..', import.meta.url))
const rounds = 3
const temporary = await mkdtemp(join(tmpdir(), 'stovepipe-bench-'))
try {
  console.log('Measuring; about a minute, and nothing else should be running.')
  let { table, met } = judge(await measure())
  // What is really too slow is too slow each time.
  for (let round = 1; !met && round < rounds; round++) {
    console.log(`\n${table}\n\nA goal is not met. These machines are noisy, so everything is measured again.`)
    ;({ table, met } = judge(await measure()))
  }
  console.log(`\n${table}\n\n${met ? 'Every goal that was measured is met.' : 'A goal is not met.'}`)
  if (!met) process.exitCode = 1
} finally {
  await rm(temporary, { recursive: true, force: true })
}

async function measure() {
  return [
    ...(await measureStartUp(root, temporary)),
    ...(await measureBump(root, await mkdtemp(join(temporary, 'bump-')))),
    ...(await measureAnalysis()),
  ]
}
