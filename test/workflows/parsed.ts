import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'
import { workflowFiles } from '../../scripts/check-workflows/files.ts'
import { publicWorkflows, readWorkflows } from '../../scripts/docs/workflow.ts'

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const step = z.object({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})
const concurrency = z.object({
  group: z.string(),
  queue: z.string().optional(),
  'cancel-in-progress': z.unknown().optional(),
})
const job = z.looseObject({
  uses: z.string().optional(),
  environment: z.unknown().optional(),
  'timeout-minutes': z.number().optional(),
  env: z.record(z.string(), z.string()).optional(),
  permissions: z.record(z.string(), z.string()),
  concurrency: concurrency.optional(),
  steps: z.array(step).optional(),
})
const workflow = z.object({
  permissions: z.strictObject({}),
  concurrency: concurrency.optional(),
  jobs: z.record(z.string(), job),
})

/** Every workflow of the repository: reusable ones, starters, examples, the template's and the project's own. */
export const parsed = workflowFiles(root).map(file => {
  const text = readFileSync(`${root}/${file}`, 'utf8')
  return { file, text, ...validate(readDocument(text, file), workflow) }
})

/** The reusable workflows by name, and the names of those that people call. */
export const reusable = readWorkflows(root)
export const callable = [...publicWorkflows(reusable).keys()]

/** The jobs of `.github/workflows/<name>.yml`, by name. */
export function jobsOf(name: string): z.infer<typeof workflow>['jobs'] {
  return parsed.find(({ file }) => file === `.github/workflows/${name}.yml`)?.jobs ?? {}
}
