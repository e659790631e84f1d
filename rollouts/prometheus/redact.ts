/** What stands where a secret stood. */
const mask = '*****'

/** A line of a secret that is shorter than this, such as `}` or `==`, says nothing, and hiding it would hide everything. */
const shortestLine = 8

/**
 * Hides secrets in texts, however they are written down: as they are, line by line, in a URL or a form, in JSON, in
 * Go's quotes, in HTML, in base64. The longest goes first, so that one inside another leaves nothing behind.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const hidden = [...new Set(secrets.flatMap(spellings))].sort((a, b) => b.length - a.length)
  return text => hidden.reduce((rest, secret) => rest.replaceAll(secret, mask), text)
}

function spellings(secret: string): string[] {
  const trimmed = secret.trim()
  if (trimmed === '') return [] // blanks are everywhere, and tell nothing
  const lines = secret
    .split(/\r\n|[\r\n]/)
    .map(line => line.trim())
    .filter(line => line.length >= shortestLine)
  return [...new Set([secret, trimmed, ...lines])].flatMap(written)
}

/** One text in every writing in which a server, a library or the controller may repeat it. */
function written(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const percent = encodeURIComponent(text.toWellFormed())
  const form = new URLSearchParams([['', text]]).toString().slice(1)
  const inUrl = new URL('http://host')
  inUrl.password = text
  const base64 = Buffer.from(text).toString('base64')
  return [
    ...[text, json, json.replaceAll('/', '\\/'), escapedAsGo(json), asciiOnly(json), JSON.stringify(json).slice(1, -1)],
    ...[percent, form, inUrl.password, encodeURI(text.toWellFormed())].flatMap(spelt => [spelt, lowerHex(spelt)]),
    ...[inHtml(text, '&#34;', '&#39;'), inHtml(text, '&quot;', '&#x27;'), inHtml(text, '&quot;', '&#039;')],
    ...[inHtml(text, '&quot;', "'"), inHtml(text, '"', "'")],
    ...[base64, base64.replace(/=+$/, ''), Buffer.from(text).toString('base64url')].filter(
      encoded => encoded.length >= shortestLine,
    ),
  ]
}

/** encoding/json of Go writes these three so, wherever they stand. */
function escapedAsGo(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, unicodeEscape)
}

function asciiOnly(json: string): string {
  return json.replace(/[^\0-\x7e]/g, unicodeEscape)
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function lowerHex(percent: string): string {
  return percent.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())
}

function inHtml(text: string, quote: string, apostrophe: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", apostrophe)
}
