import { type Component, type ComponentName, components, moduleFolder } from './components.ts'
import { go } from './go.ts'
import { buildProgram } from './program.ts'

/** The path of a component's program, built if what pins it has changed since the last time; `say` hears of a build. */
export function build(name: ComponentName, say?: (line: string) => void): Promise<string> {
  const { folder, ...component }: Component = components[name]
  return buildProgram({ name, module: moduleFolder(folder), ...component }, say)
}

/** The folder of a module's own files (its CRDs, for example), which `go` downloads if need be. */
export async function moduleDirectory(folder: string, module: string): Promise<string> {
  const directory = await go(moduleFolder(folder), ['list', '-m', '-f', '{{.Dir}}', module])
  if (directory.trim() !== '') return directory.trim()
  await go(moduleFolder(folder), ['mod', 'download', module])
  return (await go(moduleFolder(folder), ['list', '-m', '-f', '{{.Dir}}', module])).trim()
}
