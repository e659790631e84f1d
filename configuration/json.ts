/** What a text of JSON holds; undefined when it is none. For what servers send: the caller's schema refuses it then. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
