import type { ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** A flag: the configuration of `node:util` parseArgs, with what the help says of it. */
export type Option = {
  type: 'string' | 'boolean'
  short?: string
  multiple?: boolean
  default?: string
  description: string
  /** The name of its value in the help, for example `NAME=VALUE`. */
  value?: string
}

export type Options = Readonly<Record<string, Option>>

/** The flags that every command has. */
export const sharedOptions = {
  json: { type: 'boolean', description: 'Print the result as one JSON object on standard output' },
  verbose: { type: 'boolean', description: 'Log details too' },
  help: { type: 'boolean', short: 'h', description: 'Show this help' },
} as const satisfies Options

/** The flags' values by name, typed by their definition: a flag that is missing and has no default is undefined. */
export type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O & typeof sharedOptions & ParseArgsOptionsConfig; allowPositionals: true }>
>['values']
