import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '../../cli/command.ts'
import { ConfigurationError } from '../../configuration/index.ts'
import { analyses } from '../render/analysis.ts'
import { type Action, readActions } from './action.ts'
import { replaceSection } from './section.ts'
import { signalsTable } from './signals.ts'
import {
  actionsTable,
  commandsTable,
  exitCodesTable,
  inputsTable,
  lintRulesTable,
  outputsTable,
  secretsTable,
  workflowsTable,
} from './tables.ts'
import { publicWorkflows, readProperties, readWorkflows, type Workflow } from './workflow.ts'

/** A page with generated sections: as it stands, and as it should. */
export type Page = { file: string; now: string; wanted: string }

/** Every page with generated sections, rendered from the actions, the workflows and the commands themselves. */
export function renderPages(root: string, commands: readonly Command[]): Page[] {
  const actions = readActions(root)
  const properties = readProperties(root)
  return [
    page(root, 'README.md', [
      ['actions', actionsTable(actions)],
      ['workflows', workflowsTable(properties, 'workflows/')],
      ['release-starter', starter(root, 'release')],
      ['promote-starter', starter(root, 'promote')],
      ['commands', commandsTable(commands)],
      ['exit-codes', exitCodesTable()],
      ['lint-rules', lintRulesTable()],
    ]),
    page(root, 'rollouts/manifests/README.md', [['signals', signalsTable(analyses)]]),
    ...[...actions].map(([name, action]) => page(root, `actions/${name}/README.md`, sections(action))),
    page(root, 'workflows/README.md', [['workflows', workflowsTable(properties)]]),
    ...[...publicWorkflows(readWorkflows(root))].map(([name, workflow]) =>
      page(root, `workflows/${name}.md`, workflowSections(root, name, workflow)),
    ),
  ]
}

/** A starter workflow as it stands in `workflows/`, without the comment that says where it goes. */
function starter(root: string, name: string): string {
  const text = read(root, `workflows/${name}.yml`)
  return `\`\`\`yaml\n${text.replace(/^(#.*\n)+/, '').trimEnd()}\n\`\`\``
}

function read(root: string, file: string): string {
  if (existsSync(join(root, file))) return readFileSync(join(root, file), 'utf8')
  throw new ConfigurationError({ problem: 'there is no such page', place: { file }, cure: 'Write it: CONTRIBUTING.md' })
}

function sections({ inputs, outputs }: Action): [string, string][] {
  return [
    ['inputs', inputsTable(inputs)],
    ['outputs', outputsTable(outputs)],
  ]
}

function workflowSections(root: string, name: string, { inputs, outputs, secrets }: Workflow): [string, string][] {
  return [
    ['starter', starter(root, name)],
    ['inputs', inputsTable(inputs)],
    ['secrets', secretsTable(secrets)],
    ['outputs', outputsTable(outputs)],
  ]
}

function page(root: string, file: string, sections: readonly [string, string][]): Page {
  const now = read(root, file)
  const wanted = sections.reduce((text, [name, content]) => replaceSection(text, name, content, file), now)
  return { file, now, wanted }
}
