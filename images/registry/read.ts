import { RegistryError } from './error.ts'
import { type Subject, unanswered } from './refusal.ts'

/** Registries refuse manifests over 4 MiB (distribution specification); configs are smaller than that in practice. */
const largest = 4 * 1024 * 1024

/**
 * Reads a body up to the limit, whatever length it claims. Throws the reason of an aborted signal, and a RegistryError
 * where the body breaks off or is too large.
 */
export async function read(response: Response, subject: Subject, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.byteLength
      if (length > largest) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw reasonOf(signal) ?? unanswered(subject, error)
  }
  if (length <= largest) return Buffer.concat(chunks)
  throw new RegistryError('invalid', {
    problem: `registry ${subject.host} sends more than ${largest} bytes for ${subject.wanted}`,
    cure: 'Check that this is a container image',
  })
}

/** The reason of a signal that is aborted. */
export function reasonOf(signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? signal.reason : undefined
}
