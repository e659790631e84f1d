import { isNativeError } from 'node:util/types'
import { ConfigurationError } from './error.ts'

/** A chain of causes that is longer says nothing new. */
const longestChain = 10

/**
 * What a person is told of an error, without a stack trace: of a user's mistake its one line, of anything else the
 * chain of its causes, one a line.
 */
export function explainError(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message
  const messages: string[] = []
  for (let at = error; at !== undefined && messages.length < longestChain; at = causeOf(at))
    messages.push(messageOf(at))
  return messages.join('\nbecause: ')
}

// isNativeError also knows an error of another realm, such as a worker's or a test's; a DOMException is none.
function causeOf(error: unknown): unknown {
  return isNativeError(error) || error instanceof Error ? error.cause : undefined
}

function messageOf(error: unknown): string {
  return isNativeError(error) || error instanceof Error ? error.message || error.name : String(error)
}
