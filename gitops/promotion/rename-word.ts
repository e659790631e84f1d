/**
 * Replaces a name wherever it stands as a whole word: a letter, digit, `-` or `_` beside it makes it part of another, and
 * a dot before it the end of a longer one (`dev` in `stovepipe.dev`). Every other character stays.
 */
export function renameWord(text: string, from: string, to: string): string {
  const escaped = from.replace(/[^A-Za-z0-9]/g, '\\$&')
  return text.replace(new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])`, 'g'), () => to)
}
