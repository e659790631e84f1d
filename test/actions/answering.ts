import { createServer } from 'node:http'

type Answer = { status: number; body: unknown; headers?: Record<string, string> }
type Asked = { method: string; path: string; query: string; authorization: string; body: unknown }

/** An API on loopback that gives each route, `METHOD /path`, the answer it has for it, and keeps what was asked. */
export type Answering = { url: string; answers: Record<string, Answer>; requests: Asked[]; close(): Promise<void> }

/** Starts it. A query may be part of a route; what has no answer is not found. */
export async function answering(answers: Record<string, Answer>): Promise<Answering> {
  const requests: Asked[] = []
  const known = { ...answers }
  const server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('')
    const { pathname, search } = new URL(request.url ?? '', 'http://localhost')
    const { method = '', headers } = request
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    requests.push({ method, path: pathname, query: search, authorization: headers.authorization ?? '', body })
    const answer = known[`${method} ${pathname}${search}`] ?? known[`${method} ${pathname}`]
    const { status, body: said, headers: more } = answer ?? { status: 404, body: { message: 'Not Found' } }
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(said))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    answers: known,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
