/**
 * Replaces a name wherever it stands as a whole word: letters, digits and `-` around it make it part of another. Every
 * other character stays.
 */
export function renameWord(text: string, from: string, to: string): string {
  const escaped = from.replace(/[^A-Za-z0-9]/g, '\\$&')
  return text.replace(new RegExp(`(?<![A-Za-z0-9-])${escaped}(?![A-Za-z0-9-])`, 'g'), () => to)
}
