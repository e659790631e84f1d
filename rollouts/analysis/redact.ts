/** Hides secrets in a text, the longest first, so that one inside another leaves nothing behind. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const hidden = [...new Set(secrets)].filter(secret => secret !== '').sort((a, b) => b.length - a.length)
  return text => hidden.reduce((rest, secret) => rest.replaceAll(secret, '*****'), text)
}
