import { connect, createServer, type Server } from 'node:net'

/** Stands before HAProxy's runtime API, and calls `cut` at one of the commands that set something. */
export type KillProxy = { socket: string; commands: readonly string[]; stop(): Promise<void> }

/** `at`: before which setting command `cut` is called, counted from 0; `forward`: whether HAProxy still gets that one. */
export async function startKillProxy(
  socket: string,
  runtime: string,
  { at, forward, cut }: { at: number; forward: boolean; cut: () => void },
): Promise<KillProxy> {
  const commands: string[] = []
  const server: Server = createServer(client => {
    client.on('error', () => {})
    client.once('data', chunk => {
      const text = chunk.toString()
      const isCut = text.startsWith('set ') && commands.length === at
      if (text.startsWith('set ')) commands.push(text.trim())
      if (isCut) cut()
      if (isCut && !forward) return client.destroy()
      const upstream = connect(runtime, () => upstream.write(chunk))
      upstream.on('error', () => client.destroy())
      upstream.on('data', answer => client.write(answer))
      upstream.on('end', () => client.end())
      return undefined
    })
  })
  await new Promise<void>(resolve => server.listen(socket, resolve))
  return { socket, commands, stop: () => new Promise(resolve => server.close(() => resolve())) }
}
