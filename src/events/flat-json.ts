/** The JSON text of a flat record, by the engine's own serializer: what `JsonTextWriter` would write, at half the price. */

/** Far below what the writer would cut. */
const MAX_MEMBERS = 100
const MAX_CHARACTERS = 10_000
const LINE_SEPARATOR = /[\u2028\u2029]/

/**
 * Undefined for everything that needs the writer's care: nested, large, with a `toJSON` or a getter that throws, with text
 * that JSON cannot hold as it is. Nothing in it is masked: only where nobody wants that.
 */
export function flatJsonOf(value: unknown): string | undefined {
  try {
    if (!isFlat(value)) return undefined
    const json = JSON.stringify(value)
    return LINE_SEPARATOR.test(json) ? undefined : json
  } catch {
    return undefined
  }
}

function isFlat(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
  if ('toJSON' in value) return false
  let members = 0
  let characters = 0
  for (const name in value) {
    const item: unknown = Reflect.get(value, name)
    if (!isPlain(item) || !name.isWellFormed()) return false
    members++
    characters += name.length + (typeof item === 'string' ? item.length : 0)
  }
  return members <= MAX_MEMBERS && characters <= MAX_CHARACTERS
}

function isPlain(item: unknown): boolean {
  if (typeof item === 'string') return item.isWellFormed()
  if (typeof item === 'number') return Number.isFinite(item)
  return typeof item === 'boolean' || item === null || item === undefined
}
