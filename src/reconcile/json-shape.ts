/** Looks into JSON of which nothing is known beforehand. Never throws. */

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `undefined` where `value` is no object, or has no such member of its own. */
export function member(value: unknown, name: string): unknown {
  if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
  const found: unknown = Reflect.get(value, name)
  return found === null ? undefined : found
}

/** Empty where `value` is no array. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A count as a number or as decimal digits, which is how OTLP and most back ends write 64 bits. */
export function countOrNothing(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}
