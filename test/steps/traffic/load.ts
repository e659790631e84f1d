import { request } from 'node:http'
import { connect } from 'node:net'

/** Requests that go on until `stop`, and what became of them. */
export type Traffic = { stop(): Promise<{ answered: number; errors: readonly string[] }> }

/**
 * Sends pipelined requests over one connection to a Unix socket, and counts the answers by their bodies; an answer that
 * is no 200 counts under its status.
 */
export function load(socketPath: string, requests: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  let answered = 0
  let sent = 0
  let rest = ''
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const send = () => {
      const batch = Math.min(200, requests - sent)
      sent += batch
      socket.write('GET / HTTP/1.1\r\nhost: fleet\r\n\r\n'.repeat(batch))
    }
    socket.setEncoding('latin1')
    socket.on('connect', () => {
      send()
      send()
    })
    socket.on('data', chunk => {
      rest += chunk
      for (let answer = take(); answer !== undefined; answer = take()) {
        counts.set(answer, (counts.get(answer) ?? 0) + 1)
        answered++
      }
      if (answered >= requests) {
        socket.destroy()
        resolve(counts)
      } else if (sent < requests && sent - answered <= 200) send()
    })
    socket.on('error', reject)
    socket.on('close', () => answered < requests && reject(new Error(`closed after ${answered} answers`)))
  })

  /** The next whole answer's body, or its status. */
  function take(): string | undefined {
    const head = rest.indexOf('\r\n\r\n')
    if (head < 0) return undefined
    const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0)
    if (rest.length < head + 4 + length) return undefined
    const status = rest.slice(9, 12)
    const body = rest.slice(head + 4, head + 4 + length)
    rest = rest.slice(head + 4 + length)
    return status === '200' ? body : status
  }
}

/** One request on a connection of its own; gives the body, and rejects unless it is a 200. */
export function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`status ${response.statusCode}`))
      })
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

/** Two clients that ask without a pause, some of them slowly. */
export function traffic(socketPath: string): Traffic {
  let stopped = false
  let answered = 0
  const errors: string[] = []
  const client = async () => {
    for (let count = 0; !stopped; count++) {
      try {
        await ask(socketPath, count % 25 === 24 ? '/slow' : '/')
        answered++
      } catch (error) {
        errors.push(String(error))
      }
    }
  }
  const clients = [client(), client()]
  return {
    async stop() {
      stopped = true
      await Promise.all(clients)
      return { answered, errors }
    },
  }
}
