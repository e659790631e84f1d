import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { eventError, KubernetesError, refusalOf } from './error.ts'
import { type KubernetesObject, objectSchema, read } from './object.ts'
import { unreachable } from './transport.ts'

/** What a watch tells. A bookmark only says how far the server has come. */
export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubernetesObject }
  | { type: 'BOOKMARK'; resourceVersion: string }

/** No event is larger, in characters: etcd holds objects of 1.5 MiB by default. */
const longest = 16 * 2 ** 20

const eventSchema = z.object({ type: z.string(), object: z.unknown() })

/**
 * Reads the events of a watch as they arrive, until the server ends it. Throws a KubernetesError: what the server says
 * went wrong (`expired` when it no longer knows the version to start from), or `unreachable` when the stream breaks.
 */
export async function* readEvents(answer: IncomingMessage): AsyncGenerator<WatchEvent, void> {
  try {
    for await (const line of linesOf(answer)) {
      const event = readEvent(line)
      if (event) yield event
    }
  } catch (error) {
    throw error instanceof KubernetesError ? error : unreachable(error)
  } finally {
    answer.destroy()
  }
}

function readEvent(line: string): WatchEvent | undefined {
  const parsed = eventSchema.safeParse(parse(line))
  if (!parsed.success) throw refusalOf(200, line)
  const { type, object } = parsed.data
  if (type === 'ERROR') throw eventError(object)
  if (type === 'BOOKMARK') {
    const { resourceVersion } = read(objectSchema, object).metadata
    return resourceVersion === undefined ? undefined : { type, resourceVersion }
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return undefined // of a server newer than this
  return { type, object: read(objectSchema, object) }
}

/** The last line needs no break: a stream that was cut inside one is broken, and told as such. */
async function* linesOf(answer: IncomingMessage): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of answer) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longest) throw new KubernetesError('unexpected', `an event is longer than ${longest} characters`)
    for (const line of lines) if (line.trim() !== '') yield line
  }
  if (rest.trim() !== '') throw unreachable(new Error('the watch was cut in the middle of an event'))
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
