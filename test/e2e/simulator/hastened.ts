/**
 * Files of the template with less patience: each pattern's matches become its text, so that what is judged, and how,
 * stays. One that matches nothing is an error: the template says it in other words now.
 */
export function hastened(
  files: Readonly<Record<string, string>>,
  patience: readonly (readonly [RegExp, string])[],
): Record<string, string> {
  const changed: Record<string, string> = { ...files }
  for (const [pattern, sooner] of patience) {
    const before = Object.entries(changed)
    for (const [path, text] of before) changed[path] = text.replace(pattern, sooner)
    if (before.every(([path, text]) => changed[path] === text)) {
      throw new Error(`nothing in the template matches ${pattern}`)
    }
  }
  return changed
}
