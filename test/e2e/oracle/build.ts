import { fileURLToPath } from 'node:url'
import { buildProgram } from '../simulator/program.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** The path of the oracle's program; a build takes minutes the first time, because it holds most of the controller. */
export function buildOracle(say?: (line: string) => void): Promise<string> {
  return buildProgram({ name: 'oracle', module: folder }, say, 'the controller that it plays')
}
