import { ConditionError } from './condition-error.ts'
import { monthNames, weekdayNames } from './time-format.ts'
import { UnsupportedConditionError } from './unsupported.ts'
import { Time, toText, utc, type Zone } from './value.ts'

const shortMonths = monthNames.map(name => name.slice(0, 3)).join('|')
const shortDays = weekdayNames.map(name => name.slice(0, 3)).join('|')
const fraction = '(?:[.,](?<fraction>[0-9]+))?'
const clock = `(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})${fraction}`
const day = '(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})'

const short = '(?<short>[-+0-9][0-9])'
const zone = '(?<abbreviation>[A-Z]{3,5})'

/**
 * The layouts that date() tries, in order; the named zones of the last three are told apart afterwards. Go's
 * time.Parse takes any number of spaces for one.
 */
const layouts: readonly RegExp[] = [
  `${day}`,
  `${clock}`,
  `${day} ${clock}`,
  `${day}T${clock}(?<zone>Z|[+-][0-9]{2}:[0-9]{2})`,
  `(?<day>[0-9]{2}) (?<name>${shortMonths}) ${short} (?<hour>[0-9]{1,2}):(?<minute>[0-9]{2}) ${zone}`,
  `(?:${weekdayNames.join('|')}), (?<day>[0-9]{2})-(?<name>${shortMonths})-${short} ${clock} ${zone}`,
  `(?:${shortDays}), (?<day>[0-9]{2}) (?<name>${shortMonths}) (?<year>[0-9]{4}) ${clock} ${zone}`,
].map(layout => new RegExp(`^${layout.replaceAll(' ', ' +')}$`, layout.includes('<name>') ? 'i' : ''))

/** expr-lang's date() of one argument: the first layout that fits. Takes a Go string. */
export function parseDate(bytes: string): Time {
  const text = toText(bytes)
  for (const layout of layouts) {
    const fields = layout.exec(text)?.groups
    const time = fields && timeOf(fields)
    if (time) return time
  }
  throw new ConditionError(`invalid date ${text}`)
}

type Fields = Readonly<Record<string, string | undefined>>

function timeOf(fields: Fields): Time | undefined {
  const zone = zoneOf(fields)
  const month = fields.name
    ? monthNames.findIndex(name => name.slice(0, 3).toLowerCase() === fields.name?.toLowerCase()) + 1
    : Number(fields.month ?? 1)
  const [year, date] = [yearOf(fields), Number(fields.day ?? 1)]
  const [hour, minute, second] = [Number(fields.hour ?? 0), Number(fields.minute ?? 0), Number(fields.second ?? 0)]
  if (month < 1 || month > 12 || date < 1 || hour > 23 || minute > 59 || second > 59 || !zone) return undefined
  const instant = new Date(Date.UTC(2000, month - 1, 1, hour, minute, second))
  instant.setUTCFullYear(year, month - 1, date)
  if (instant.getUTCMonth() !== month - 1) return undefined
  const nanoseconds = BigInt((fields.fraction ?? '').slice(0, 9).padEnd(9, '0'))
  return new Time(BigInt(instant.getTime() - zone.offset * 1000) * 1_000_000n + nanoseconds, zone)
}

/** Two digits are of this century below 69; a time without a date is in the year 0. */
function yearOf(fields: Fields): number {
  if (fields.short === undefined) return Number(fields.year ?? 0)
  const short = Number(fields.short)
  return short >= 69 ? 1900 + short : 2000 + short
}

function zoneOf({ zone, abbreviation }: Fields): Zone | undefined {
  if (abbreviation !== undefined && abbreviation !== 'UTC' && abbreviation !== 'GMT') {
    throw new UnsupportedConditionError(`date() with the zone ${abbreviation}`)
  }
  if (zone === undefined || zone === 'Z') return abbreviation === 'GMT' ? { name: 'GMT', offset: 0 } : utc
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))]
  if (hours > 24 || minutes > 60) return undefined
  const offset = (hours * 60 + minutes) * 60 * (zone.startsWith('-') ? -1 : 1)
  return offset === 0 ? utc : { name: `${zone.slice(0, 3)}${zone.slice(4, 6)}`, offset }
}
