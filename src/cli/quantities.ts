/** Numbers as people say them. */

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const THOUSANDS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })
// Of what is smaller than one, two digits behind the point could be nothing.
const FRACTIONS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })

/** `1.5 MiB` */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${roundText(value)} ${UNITS[unit]}`
}

/** `150 ms`, `2.3 s`, `3 min 5 s`, `2 h 5 min`, `12 days`: one or two units. */
export function durationText(millis: number): string {
  if (millis < 999.5) return `${roundText(millis)} ms`
  if (millis < 59_950) return `${Math.round(millis / 100) / 10} s`
  const seconds = Math.round(millis / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`
}

/** `1,234,567`, `12.35`, `0.00123` */
export function numberText(value: number): string {
  return (Math.abs(value) < 1 ? FRACTIONS : THOUSANDS).format(value)
}

/** `1 file`, `2 files` */
export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${numberText(count)} ${count === 1 ? singular : plural}`
}

/** `87 %`; never 100 % of what is not whole, nor 0 % of what is there. */
export function percentText(share: number): string {
  const percent = share * 100
  if (percent > 0 && percent < 1) return '<1 %'
  return `${percent > 99 && percent < 100 ? 99 : Math.round(percent)} %`
}

/** A wall clock's `2026-11-22T10:15:30.123` as `2026-11-22 10:15:30`. */
export function secondsText(time: string): string {
  return time.slice(0, 19).replace('T', ' ')
}

/** `0640` */
export function modeText(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, '0')}`
}

function roundText(value: number): string {
  return String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))
}
