/**
 * Reads the records of CSV (RFC 4180), each a list of fields: one in double quotes may hold commas, line ends and,
 * doubled, quotes. HAProxy quotes so (tools.c, csv_enc_append), and only what needs it.
 */
export function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  for (const [, quoted, plain = '', end] of `${text.replace(/\n$/, '')}\n`.matchAll(field)) {
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    records.push(record)
    record = []
  }
  return records
}

const field = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n)/g
