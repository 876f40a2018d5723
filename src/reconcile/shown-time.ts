/** Times as back ends show them: of another unit, rounded, in another zone. */

/** The moments that what is shown can stand for, in milliseconds since 1970, both included. */
export interface ShownTime {
  readonly earliest: number
  readonly latest: number
  /** As it was shown. */
  readonly text: string
}

export type TimeUnit = 's' | 'ms' | 'ns'

const NANOS_PER_MILLI = 1_000_000n
const DECIMAL = /^\d+(?:\.(\d*))?$/
const WITH_ZONE = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))? ?(?:([Zz]|UTC|GMT)|([+-]\d\d):?(\d\d))$/

/** A number of `unit`s since 1970, as number or text. `undefined` for anything else, and for 0, which says "unknown". */
export function epochTime(value: unknown, unit: TimeUnit): ShownTime | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  const match = DECIMAL.exec(text)
  if (match === null || /^[0.]*$/.test(text)) return undefined
  if (unit === 'ns') {
    const millis = Number(BigInt(text.split('.', 1)[0] ?? '0') / NANOS_PER_MILLI)
    return { earliest: millis, latest: millis, text }
  }
  if (unit === 'ms') return { earliest: Math.floor(Number(text)), latest: Math.floor(Number(text)), text }
  // A float of seconds: 0.123 may come as 0.12299999.
  return around(Math.round(Number(text) * 1000), match[1]?.length ?? 0, text)
}

/** A date with time and zone. `undefined` for anything else: a time without a zone could be any. */
export function zonedTime(value: unknown): ShownTime | undefined {
  if (typeof value !== 'string') return undefined
  const match = WITH_ZONE.exec(value.trim())
  if (match === null) return undefined
  const [, date, time, fraction = '', , hours, minutes] = match
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`
  const millis = Date.parse(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`)
  return Number.isNaN(millis) ? undefined : around(millis, fraction.length, value)
}

/** Digits behind the point that are not shown were rounded, down or to the nearest. */
function around(millis: number, digits: number, text: string): ShownTime {
  const unit = digits >= 3 ? 1 : 10 ** (3 - digits)
  return { earliest: millis - Math.floor(unit / 2), latest: millis + unit - 1, text }
}

export function isShownTime(value: unknown): value is ShownTime {
  return typeof value === 'object' && value !== null && 'earliest' in value && 'latest' in value && 'text' in value
}
