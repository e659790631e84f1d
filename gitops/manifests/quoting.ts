/**
 * What some parser reads as something other than a string when it stands without quotes: the YAML 1.2 core schema,
 * the types of YAML 1.1, and the Go and Python libraries, which differ from both in details (`08`, `1e3`, `1_000`).
 */
const resolved: readonly RegExp[] = [
  /^(?:~|null|y|yes|n|no|true|false|on|off)$/i,
  /^[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+)$/i,
  /^[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(?:e[-+]?[0-9_]+)?$/i,
  /^[-+]?\.(?:inf|nan)$/i,
  /^[-+]?[0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?$/, // base 60: 190:20:30
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?$/, // timestamp
]

/** True when every parser reads the text as a string though it has no quotes, in block and in flow style. */
export function isPlainString(text: string): boolean {
  return /^[A-Za-z0-9_](?:[A-Za-z0-9_./@:-]*[A-Za-z0-9_./@-])?$/.test(text) && !resolved.some(form => form.test(text))
}
