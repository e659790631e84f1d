import { createServer } from 'node:http'
import { type Listening, listen } from './listen.ts'

/** What the scripted server answers: the n-th request for a query gets the n-th reply, the last one repeats. */
export type Reply =
  | { v: (number | string)[] }
  | { empty: true }
  | { scalar: number | string }
  | { string: string }
  | { matrix: (number | string)[][] }
  | { status: number; body: string }

export type Script = Readonly<Record<string, readonly Reply[]>>

const time = 1_700_000_000

/** An HTTP server on loopback that plays a script to whoever asks it as Prometheus. */
export async function startScripted(script: Script): Promise<Listening & { asked: Map<string, number> }> {
  const asked = new Map<string, number>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const url = new URL(request.url ?? '/', 'http://loopback')
    const query = (request.method === 'POST' ? new URLSearchParams(body) : url.searchParams).get('query') ?? ''
    const count = asked.get(query) ?? 0
    asked.set(query, count + 1)
    const replies = script[query] ?? [{ status: 404, body: `no script for ${query}` }]
    const { status, text } = render(replies[Math.min(count, replies.length - 1)])
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  })
  return { ...(await listen(server)), asked }
}

function render(reply: Reply | undefined): { status: number; text: string } {
  if (!reply) return { status: 500, text: 'no reply' }
  if ('status' in reply) return { status: reply.status, text: reply.body }
  return { status: 200, text: JSON.stringify({ status: 'success', data: dataOf(reply) }) }
}

function dataOf(reply: Exclude<Reply, { status: number }>) {
  if ('scalar' in reply) return { resultType: 'scalar', result: [time, String(reply.scalar)] }
  if ('string' in reply) return { resultType: 'string', result: [time, reply.string] }
  if ('empty' in reply) return { resultType: 'vector', result: [] }
  if ('v' in reply) {
    const result = reply.v.map((value, index) => ({ metric: { i: String(index) }, value: [time, String(value)] }))
    return { resultType: 'vector', result }
  }
  const result = reply.matrix.map((values, index) => ({
    metric: { i: String(index) },
    values: values.map((value, step) => [time + 60 * step, String(value)]),
  }))
  return { resultType: 'matrix', result }
}
