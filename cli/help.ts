import { columns } from './columns.ts'
import type { Command } from './command.ts'
import { type Ending, endings, exitCodes } from './exit.ts'
import { type Option, type Options, sharedOptions } from './options.ts'

/** What `stovepipe --help` prints. */
export async function programHelp(commands: Readonly<Record<string, () => Promise<Command>>>): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map(load => load()))
  return [
    'Ships one container image to many Kubernetes clusters, the canary cluster first.',
    '',
    'Usage: stovepipe COMMAND [options]',
    '',
    'Commands:',
    ...indented(loaded.map(({ name, summary }) => [name, summary])),
    '',
    'Results go to standard output, everything else to standard error.',
    '',
    exitTable(),
    '',
    'See `stovepipe COMMAND --help` for its options.',
    '',
  ].join('\n')
}

/** What `stovepipe COMMAND --help` prints. */
export function commandHelp({ name, summary, usage, description, options }: Command): string {
  return [
    `${summary}.`,
    '',
    `Usage: ${`stovepipe ${name} ${usage}`.trimEnd()}`,
    ...(description === undefined ? [] : ['', description]),
    '',
    'Options:',
    ...indented(Object.entries({ ...options, ...sharedOptions } satisfies Options).map(row)),
    '',
    exitTable(),
    '',
  ].join('\n')
}

/** A flag as the help and the README write it: `--arg NAME=VALUE`. */
export function signature(name: string, { type, value, short }: Option): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${type === 'string' ? ` ${value ?? 'VALUE'}` : ''}`
}

function row([name, option]: [string, Option]): [string, string] {
  const notes = [
    ...(option.default === undefined ? [] : [`default ${option.default}`]),
    ...(option.multiple === true ? ['may be repeated'] : []),
  ]
  return [signature(name, option), `${option.description}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`]
}

function exitTable(): string {
  const names = Object.keys(exitCodes).filter((name): name is Ending => Object.hasOwn(endings, name))
  return [
    'Exit codes:',
    ...indented(names.map(name => [String(exitCodes[name]), endings[name].replaceAll('`', '')])),
  ].join('\n')
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return columns(rows).map(line => `  ${line}`)
}
