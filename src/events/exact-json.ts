/** JSON text read so that it can be written again with every number as it stood. */
import { ExactNumber } from './json-text.ts'

/** Numbers that may have more digits than a double holds. */
const LONG_NUMBER = /\d{16}|\d[eE]/

/** The object or list that a JSON text holds; `undefined` for anything else. */
export function parseExactJson(text: string): object | undefined {
  try {
    const value: unknown = LONG_NUMBER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function exactly(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return String(value) === context.source ? value : new ExactNumber(context.source)
}
