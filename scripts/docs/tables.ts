import type { Command } from '../../cli/command.ts'
import { type Ending, endings, exitCodes } from '../../cli/exit.ts'
import { ruleTable } from '../../rollouts/lint/index.ts'
import type { Action } from './action.ts'
import type { Properties, Workflow } from './workflow.ts'

type Inputs = Action['inputs'] | Workflow['inputs']

/** The inputs of an action or a workflow, in the order of its file. */
export function inputsTable(inputs: Inputs): string {
  const rows = Object.entries(inputs).map(([name, input]) => [code(name), sentence(input.description), presence(input)])
  return table(['Input', 'What it is', 'Default'], rows)
}

/** The outputs of an action or a workflow, in the order of its file. */
export function outputsTable(outputs: Action['outputs'] | Workflow['outputs']): string {
  return table(
    ['Output', 'What it holds'],
    Object.entries(outputs).map(([name, { description }]) => [code(name), sentence(description)]),
  )
}

/** The secrets of a reusable workflow, in the order of its file. */
export function secretsTable(secrets: Workflow['secrets']): string {
  return table(
    ['Secret', 'What it is', ''],
    Object.entries(secrets).map(([name, { description, required }]) => [
      code(name),
      sentence(description),
      required ? 'required' : '',
    ]),
  )
}

/** Every reusable workflow with what it does, linked to its page in the folder given. */
export function workflowsTable(workflows: ReadonlyMap<string, Properties>, folder = ''): string {
  return table(
    ['Workflow', 'What it does'],
    [...workflows].map(([name, { description }]) => [`[${code(name)}](${folder}${name}.md)`, sentence(description)]),
  )
}

/** Every action with what it does, linked to its own page. */
export function actionsTable(actions: ReadonlyMap<string, Action>): string {
  return table(
    ['Action', 'What it does'],
    [...actions].map(([name, { description }]) => [
      `[${code(name)}](actions/${name}/README.md)`,
      sentence(description),
    ]),
  )
}

/** Every command of the command line with its arguments. */
export function commandsTable(commands: readonly Command[]): string {
  return table(
    ['Command', 'What it does'],
    commands.map(({ name, usage, summary }) => [code(`stovepipe ${name} ${usage}`.trimEnd()), summary]),
  )
}

/** The exit codes that all commands share. */
export function exitCodesTable(): string {
  const known = Object.keys(exitCodes).filter((name): name is Ending => Object.hasOwn(endings, name))
  return table(
    ['Code', 'Meaning'],
    known.map(name => [String(exitCodes[name]), endings[name]]),
  )
}

/** Every rule of `stovepipe lint`. */
export function lintRulesTable(): string {
  return table(
    ['Rule', 'Severity', 'What it finds'],
    ruleTable.map(({ id, severity, about }) => [code(id), severity, about]),
  )
}

function presence({ required, default: preset }: Inputs[string]): string {
  if (preset !== undefined && preset !== '') return code(preset.trimEnd())
  return required === true ? 'required' : ''
}

export function code(text: string): string {
  return `\`${text}\``
}

/** A description on one line of a table. */
function sentence(text: string): string {
  return text.trim().replace(/\s+/g, ' ')
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.'
  const lines = [header, header.map(() => '---'), ...rows]
  return lines.map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
}
