/** Fields of back ends that know no maps, or show them in whatever nesting: each value under its dotted path. */
import { isObject } from './json-shape.ts'

/** Deeper is nothing of ours; it protects the stack. */
const MAX_DEPTH = 64

/** The values in `source` by their dotted paths; lists stay lists, what is `null` or empty is left out. */
export function flatFields(source: unknown): Map<string, unknown> {
  const fields = new Map<string, unknown>()
  addFields(fields, '', source, 0)
  return fields
}

function addFields(fields: Map<string, unknown>, path: string, value: unknown, depth: number): void {
  if (value === null || value === undefined) return
  if (!isObject(value) || depth === MAX_DEPTH) {
    fields.set(path, value)
    return
  }
  for (const [key, item] of Object.entries(value)) {
    addFields(fields, depth === 0 ? key : `${path}.${key}`, item, depth + 1)
  }
}
