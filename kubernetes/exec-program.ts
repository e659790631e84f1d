import { z } from 'zod'
import { CommandNotFoundError, runCommand, systemClock } from '../host/index.ts'
import { execSchema } from './kubeconfig.ts'
import { unless } from './unless.ts'

/** What a program proves the asker by; certificate and key are PEM. */
export type ExecStatus = z.infer<typeof credentialSchema>['status']

const credentialSchema = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
})

type Surroundings = { env: Readonly<Record<string, string | undefined>>; cwd: string }

/** Milliseconds that a program has: it may ask a cloud's API, which may be slow. */
const limit = 30_000

/**
 * The program of a kubeconfig that gives credentials, such as `aws eks get-token`, run as the client-go credential
 * plugin protocol has it (client.authentication.k8s.io), except that nobody is there to be asked. client-node's own
 * runner is not used: it can neither end the program nor bound it, and starts another for each request meanwhile. What
 * it gave is kept until it expires; requests that come together share one run, which ends with the last of them.
 */
export function openExecProgram(
  exec: unknown,
  { env, cwd }: Surroundings,
): (signal: AbortSignal) => Promise<ExecStatus> {
  let kept: ExecStatus | undefined
  let running: ReturnType<typeof begin> | undefined

  function begin() {
    const end = new AbortController()
    return { answer: start(end.signal), asked: 0, end }
  }

  async function start(end: AbortSignal): Promise<ExecStatus> {
    const program = execSchema.parse(exec)
    const info = { kind: 'ExecCredential', apiVersion: program.apiVersion, spec: { interactive: false } }
    const given = Object.fromEntries((program.env ?? []).map(({ name, value }) => [name, value]))
    const surroundings = { ...env, ...given, KUBERNETES_EXEC_INFO: JSON.stringify(info) }
    const options = { cwd, env: surroundings, signal: end, timeout: limit }
    const { code, signal, stdout, stderr } = await runCommand(program.command, program.args ?? [], options).catch(
      error => {
        const hint = error instanceof CommandNotFoundError && program.installHint ? `. ${program.installHint}` : ''
        throw new Error(`${error.message}${hint}`, { cause: error })
      },
    )
    if (signal !== null) throw new Error(`${program.command} gave none within ${limit / 1000} s`)
    if (code !== 0) throw new Error(`${program.command} ended with ${code}: ${stderr.trim()}`)
    return read(program.command, stdout)
  }

  return async signal => {
    if (kept && !isOver(kept)) return kept
    running ??= begin()
    const mine = running
    mine.asked++
    try {
      kept = await unless(signal, mine.answer)
      return kept
    } finally {
      mine.asked--
      if (mine.asked === 0) mine.end.abort()
      if (mine.asked === 0 && running === mine) running = undefined
    }
  }
}

function read(command: string, printed: string): ExecStatus {
  try {
    return credentialSchema.parse(JSON.parse(printed)).status
  } catch {
    throw new Error(`${command} printed no ExecCredential with a status`) // what it printed may be a secret
  }
}

function isOver({ expirationTimestamp }: ExecStatus): boolean {
  return expirationTimestamp !== undefined && !(Date.parse(expirationTimestamp) > systemClock.now())
}
