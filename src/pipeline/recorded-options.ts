/** The options in force as `AuditStarted` records them, so that a log says what its writer ran with. */
import type { OptionReading, OptionReadings, OptionSource, PlainValue } from '../options.ts'

/** JSON text: name to `{ value, source, variable }`. What has no value and was not given is left out. */
export function optionsText(readings: OptionReadings): string {
  return JSON.stringify(Object.fromEntries([...readings].filter(([, reading]) => tells(reading))))
}

/** Such a text with `change` made to each value that is text; as it is where it cannot be read. */
export function changedOptionsText(text: string, change: (value: string) => string): string {
  const readings = parseOptionsText(text)
  if (readings === undefined) return text
  const changed = [...readings].map(([name, reading]): [string, OptionReading] => {
    const { value } = reading
    return [name, typeof value === 'string' ? { ...reading, value: change(value) } : reading]
  })
  return optionsText(new Map(changed))
}

function tells({ value, source }: OptionReading): boolean {
  return value !== undefined || source !== 'default'
}

/** Reads what `optionsText` wrote, perhaps another version's; undefined for a text that is damaged or was cut. */
export function parseOptionsText(text: string): OptionReadings | undefined {
  const readings = new Map<string, OptionReading>()
  try {
    for (const [name, given] of Object.entries(objectOf(JSON.parse(text)))) {
      const { value, source, variable } = objectOf(given)
      if (!isSource(source)) continue
      readings.set(name, {
        ...(isPlain(value) && { value }),
        source,
        ...(typeof variable === 'string' && { variable }),
      })
    }
  } catch {
    return undefined
  }
  return readings
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('no object')
  return { ...value }
}

function isSource(value: unknown): value is OptionSource {
  return value === 'code' || value === 'environment' || value === 'file' || value === 'default'
}

function isPlain(value: unknown): value is PlainValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
