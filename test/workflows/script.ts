import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'
import { runCommand } from '../../host/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const steps = z.array(z.object({ name: z.string(), run: z.string().optional() }))
const workflow = z.object({ jobs: z.record(z.string(), z.object({ steps: steps.optional() })) })

export type Ran = { code: number | null; printed: string; output: string; summary: string }

/** Runs the script of one step of a workflow as the runner does: `bash -e` in a workspace, with its output files. */
export async function runStep(
  file: string,
  name: string,
  env: Readonly<Record<string, string>>,
  prepare: (workspace: string) => void = () => {},
): Promise<Ran> {
  const { jobs } = validate(readDocument(readFileSync(join(root, file), 'utf8'), file), workflow)
  const script = Object.values(jobs)
    .flatMap(({ steps = [] }) => steps)
    .find(step => step.name === name)?.run
  if (script === undefined) throw new Error(`${file} has no step "${name}" with a script`)
  const workspace = mkdtempSync(join(tmpdir(), 'stovepipe-step-'))
  try {
    prepare(workspace)
    const [output, summary, path] = ['output', 'summary', 'script.sh'].map(leaf => join(workspace, leaf))
    if (output === undefined || summary === undefined || path === undefined) throw new Error('unreachable')
    for (const empty of [output, summary]) writeFileSync(empty, '')
    writeFileSync(path, script)
    const { code, stdout, stderr } = await runCommand('bash', ['--noprofile', '--norc', '-e', path], {
      cwd: workspace,
      env: { PATH: process.env.PATH, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, ...env },
      timeout: 20_000,
    })
    return {
      code,
      printed: stdout + stderr,
      output: readFileSync(output, 'utf8'),
      summary: readFileSync(summary, 'utf8'),
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true })
  }
}
