/** What stands before a value that says what kind a thing is. */
const kind = String.raw`\b(?:role|track|environment)["']?\s*:\s*["']?`

/**
 * Replaces a name wherever it stands as a whole word: a letter, digit, `-` or `_` beside it makes it part of another, and
 * a dot before it the end of a longer one (`dev` in `stovepipe.dev`), unless a dot follows too: then it is a label of
 * its own in the middle of a host name (`shop.prod-a.example.com`). As the value of `role`, `track` or `environment` it
 * is no cluster's name: clusters are often called what they are. Every other character stays.
 */
export function renameWord(text: string, from: string, to: string): string {
  const escaped = from.replace(/[^A-Za-z0-9]/g, '\\$&')
  return text.replace(
    new RegExp(`(?<!${kind})(?<![\\w.-])${escaped}(?![\\w-])|(?<=[\\w-]\\.)${escaped}(?=\\.[\\w-])`, 'g'),
    () => to,
  )
}
