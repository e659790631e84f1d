import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

const attempts = 3

/**
 * Below what Linux (32768 and up) and others (49152 and up) give to connections that go out and to servers that leave
 * the choice to them: nobody takes one of these by chance between the moment it is found free and the moment it is used.
 */
const range = { first: 10_000, count: 20_000 }

/** Where this process looks next: at a place of its own, since test files run side by side. */
let next = randomInt(range.count)

/**
 * Calls `start` with `count` loopback ports that are free now. None of the components can listen on port 0 and say which
 * port it got, so somebody else may take one meanwhile: then `start` fails and is called again with others.
 */
export async function withFreePorts<T>(count: number, start: (...ports: number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(...(await freePorts(count)))
    } catch (error) {
      const taken = error instanceof Error && /address already in use|EADDRINUSE/i.test(error.message)
      if (!taken || attempt === attempts) throw error
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let tried = 0; tried < range.count && ports.length < count; tried++) {
    const port = range.first + (next++ % range.count) // and so none is given out twice
    if (await isFree(port)) ports.push(port)
  }
  if (ports.length < count) throw new Error('no loopback port is free')
  return ports
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch {
    return false
  }
}

/** Whether somebody listens on a loopback port. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
