import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'

const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String)

const input = z.strictObject({
  description: z.string().min(1),
  required: z.boolean().optional(),
  type: z.enum(['string', 'boolean', 'number']),
  default: scalar.optional(),
})

const secret = z.strictObject({ description: z.string().min(1), required: z.boolean() })

const output = z.strictObject({ description: z.string().min(1), value: z.string() })

const job = z.object({ uses: z.string().optional(), permissions: z.record(z.string(), z.string()).default({}) })

const called = z.object({
  name: z.string(),
  on: z.strictObject({
    workflow_call: z.strictObject({
      inputs: z.record(z.string(), input).default({}),
      secrets: z.record(z.string(), secret).default({}),
      outputs: z.record(z.string(), output).default({}),
    }),
  }),
  jobs: z.record(z.string(), job),
})

const callable = z.object({ on: z.object({ workflow_call: z.unknown() }) })

const properties = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  iconName: z.string(),
  categories: z.array(z.string()),
  filePatterns: z.array(z.string()).optional(),
})

/** What a reusable workflow takes, gives, and asks its caller for. Unknown keys are errors: GitHub would refuse them. */
export type Workflow = z.infer<typeof called>['on']['workflow_call'] & Pick<z.infer<typeof called>, 'name' | 'jobs'>

/** How GitHub's template chooser presents a starter: docs.github.com, "Workflow templates". */
export type Properties = z.infer<typeof properties>

/** Every reusable workflow by its name, `.github/workflows/<name>.yml`. Throws a ConfigurationError at a fault's place. */
export function readWorkflows(root: string): ReadonlyMap<string, Workflow> {
  return new Map(
    globSync('.github/workflows/*.yml', { cwd: root })
      .sort()
      .flatMap(file => {
        const document = readDocument(readFileSync(join(root, file), 'utf8'), file)
        if (!callable.safeParse(document.value).success) return []
        const { name, on, jobs } = validate(document, called)
        return [[basename(file, '.yml'), { name, jobs, ...on.workflow_call }] as const]
      }),
  )
}

/** Those that people call: a workflow that another one calls as `$/.github/workflows/` is a part of that one. */
export function publicWorkflows(workflows: ReadonlyMap<string, Workflow>): ReadonlyMap<string, Workflow> {
  const parts = new Set(
    [...workflows.values()].flatMap(({ jobs }) => Object.values(jobs).map(({ uses }) => partOf(uses))),
  )
  return new Map([...workflows].filter(([name]) => !parts.has(name)))
}

/**
 * What a caller must grant: all that any job asks for, those of its parts too. GitHub compares this before the run starts,
 * so a job that would be skipped counts like any other.
 */
export function permissionsOf(
  name: string,
  workflows: ReadonlyMap<string, Workflow>,
): Readonly<Record<string, string>> {
  const asked = Object.values(workflows.get(name)?.jobs ?? {}).flatMap(({ uses, permissions }) => {
    const part = partOf(uses)
    return Object.entries(part === undefined ? permissions : permissionsOf(part, workflows))
  })
  const writes = asked.filter(([, level]) => level === 'write')
  return { ...Object.fromEntries(asked), ...Object.fromEntries(writes) }
}

/** The starters' properties, by name. */
export function readProperties(root: string): ReadonlyMap<string, Properties> {
  const files = globSync('workflows/*.properties.json', { cwd: root }).sort()
  const read = (file: string) => validate(readDocument(readFileSync(join(root, file), 'utf8'), file), properties)
  return new Map(files.map(file => [basename(file, '.properties.json'), read(file)]))
}

function partOf(uses: string | undefined): string | undefined {
  return /^\$\/\.github\/workflows\/(?<name>.+)\.yml$/.exec(uses ?? '')?.groups?.name
}
