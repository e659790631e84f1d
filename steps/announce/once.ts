/** Makes what belongs to a repository once. */
export function once<Key extends { repository: string }, T>(make: (key: Key) => T): (key: Key) => T {
  const made = new Map<string, { value: T }>()
  return key => {
    const known = made.get(key.repository) ?? { value: make(key) }
    made.set(key.repository, known)
    return known.value
  }
}
