const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const [short, long, month, time] = [
  '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)',
  '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day',
  `(?<month>${months.join('|')})`,
  String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`,
]

/** `Sun, 06 Nov 1994 08:49:37 GMT`, and the two forms that were written before it and must still be read. */
const forms = [
  String.raw`${short}, (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT`,
  String.raw`${long}, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  String.raw`${short} ${month} (?<day>\d\d| \d) ${time} (?<year>\d{4})`,
].map(form => new RegExp(`^${form}$`))

/**
 * A time as HTTP's headers hold it (RFC 9110, section 5.6.7), in milliseconds since the epoch; undefined for anything
 * else. `now` tells the century of a year of two digits: none is more than 50 years ahead.
 */
export function readHttpDate(text: string, now: number): number | undefined {
  const parts = forms.map(form => form.exec(text)?.groups).find(groups => groups !== undefined)
  if (!parts) return undefined
  const { year = '', month = '', day = '', hour, minute, second } = parts
  const at = new Date(0)
  at.setUTCFullYear(year.length === 2 ? century(Number(year), now) : Number(year), months.indexOf(month), Number(day))
  if (at.getUTCDate() !== Number(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) {
    return undefined
  }
  return at.setUTCHours(Number(hour), Number(minute), Number(second))
}

function century(year: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear()
  const inThis = thisYear - (thisYear % 100) + year
  return inThis > thisYear + 50 ? inThis - 100 : inThis
}
