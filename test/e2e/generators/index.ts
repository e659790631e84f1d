import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { buildGenerators } from './build.ts'

export { buildGenerators } from './build.ts'

const reply = z.object({
  applications: z.array(
    z.looseObject({
      metadata: z.looseObject({
        name: z.string(),
        namespace: z.string(),
        labels: z.record(z.string(), z.string()),
        finalizers: z.array(z.string()).optional(),
      }),
      spec: z.looseObject({ project: z.string(), destination: z.record(z.string(), z.string()) }),
    }),
  ),
  error: z.string().optional(),
})

/** What an ApplicationSet makes of a repository: its Applications, or the error that stops it. */
export type Rendering = z.infer<typeof reply>

/** A GitOps repository as paths and texts. */
export type Files = Readonly<Record<string, string>>

/** Renders one ApplicationSet over each of the repositories with Argo CD's own generators. */
export async function render(applicationSet: unknown, repositories: readonly Files[]): Promise<Rendering[]> {
  const program = await buildGenerators()
  const root = await mkdtemp(join(tmpdir(), 'stovepipe-generators-'))
  try {
    const questions: string[] = []
    for (const [index, files] of repositories.entries()) {
      const repository = join(root, String(index))
      await write(repository, files)
      questions.push(JSON.stringify({ repository, applicationSet }))
    }
    const answers = await run(program, `${questions.join('\n')}\n`)
    return answers.map(answer => reply.parse(JSON.parse(answer)))
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function write(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

function run(program: string, input: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, { stdio: ['pipe', 'pipe', 'pipe'], env: {}, timeout: 120_000 })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-4000)
    })
    child.on('error', reject)
    child.stdin.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve(stdout.trimEnd().split('\n'))
      else reject(new Error(`the generators ended with ${code}: ${stderr.trim()}`))
    })
    child.stdin.end(input)
  })
}
