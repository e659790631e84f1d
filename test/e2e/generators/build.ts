import { fileURLToPath } from 'node:url'
import { buildProgram } from '../simulator/program.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** The path of the program that renders ApplicationSets, built if a source or a pin has changed since the last time. */
export function buildGenerators(say?: (line: string) => void): Promise<string> {
  return buildProgram({ name: 'generators', module: folder }, say, 'of ApplicationSets, from Argo CD')
}
