import { connect, createServer, type Server } from 'node:net'

/** When `cut` is called: before the command `at`, counted from 0; `forward`: whether HAProxy still gets that one. */
export type Cut = { at: number; forward: boolean; cut: () => void }

/** Stands before HAProxy's runtime API. */
export type KillProxy = {
  /** The next command is counted as the first; without a cut all are passed on. */
  begin(next?: Cut): void
  /** What was asked since then. */
  commands(): readonly string[]
  stop(): Promise<void>
}

/** Starts one at `socket`, before HAProxy's own at `runtime`. */
export async function startKillProxy(socket: string, runtime: string): Promise<KillProxy> {
  let commands: string[] = []
  let next: Cut | undefined
  const server: Server = createServer(client => {
    client.on('error', () => {})
    client.once('data', chunk => {
      const isCut = commands.length === next?.at
      commands.push(chunk.toString().trim())
      if (isCut) next?.cut()
      if (isCut && !next?.forward) return client.destroy()
      const upstream = connect(runtime, () => upstream.write(chunk))
      upstream.on('error', () => client.destroy())
      upstream.on('data', answer => client.write(answer))
      upstream.on('end', () => client.end())
      return undefined
    })
  })
  await new Promise<void>(resolve => server.listen(socket, resolve))
  return {
    begin: cut => {
      commands = []
      next = cut
    },
    commands: () => commands,
    stop: () => new Promise(resolve => server.close(() => resolve())),
  }
}
