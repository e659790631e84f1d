import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A running oracle, which answers in the order in which it was asked. */
export type Oracle<Question, Answer> = {
  ask(question: Question): Promise<Answer>
  close(): Promise<void>
}

/** Starts the oracle's program in one of its modes; a question that it fails on ends it, and rejects. */
export function startOracle<Question, Answer>(
  program: string,
  mode: 'runs' | 'conditions',
  read: (answer: unknown) => Answer,
): Oracle<Question, Answer> {
  const child = spawn(program, [mode], { stdio: ['pipe', 'pipe', 'pipe'] })
  const waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = []
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4000)
  })
  child.stdin.on('error', () => {}) // its end is told by `close`
  createInterface({ input: child.stdout }).on('line', line => {
    const next = waiting.shift()
    try {
      next?.resolve(read(JSON.parse(line)))
    } catch (error) {
      next?.reject(new Error('the oracle answered what is no answer', { cause: error }))
    }
  })
  const closed = new Promise<void>(resolve => {
    child.on('close', code => {
      for (const { reject } of waiting.splice(0)) reject(new Error(`the oracle ended with ${code}: ${stderr.trim()}`))
      resolve()
    })
  })
  child.on('error', error => {
    for (const { reject } of waiting.splice(0)) reject(error)
  })
  return {
    ask: question =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        child.stdin.write(`${JSON.stringify(question)}\n`)
      }),
    async close() {
      child.stdin.end()
      await closed
    },
  }
}
