import { once } from 'node:events'
import { connect, createServer } from 'node:net'

const attempts = 3

/**
 * Calls `start` with `count` loopback ports that are free now. None of the components can listen on port 0 and say which
 * port it got, so somebody else may take one meanwhile: then `start` fails and is called again with others.
 */
export async function withFreePorts<T>(count: number, start: (...ports: number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(...(await freePorts(count)))
    } catch (error) {
      const taken = error instanceof Error && /address already in use|EADDRINUSE/.test(error.message)
      if (!taken || attempt === attempts) throw error
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no loopback port is free')
    ports.push(address.port)
  }
  for (const server of servers) {
    server.close()
    await once(server, 'close')
  }
  return ports
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
