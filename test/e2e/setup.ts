import { buildGenerators } from './generators/index.ts'
import { buildOracle } from './oracle/index.ts'
import { build } from './simulator/build.ts'
import { components, isComponent } from './simulator/components.ts'
import { removeLogs } from './simulator/site.ts'

/** Before the first test: builds what has none of its pins' builds yet, one after the other, for each uses all cores. */
export default async function setup(): Promise<void> {
  const say = (line: string) => console.error(line) // .ci/run drops standard output, which is jest's report
  await removeLogs()
  for (const name of Object.keys(components).filter(isComponent)) await build(name, say)
  await buildOracle(say)
  await buildGenerators(say)
}
