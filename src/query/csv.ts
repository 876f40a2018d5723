/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */
import { type FieldValue, textOfValue } from './query-field.ts'

// A spreadsheet takes a cell that begins so for a formula, which may run commands or send the sheet away (CSV injection;
// OWASP names these characters). An apostrophe in front makes it text. Fullwidth forms are read like the plain ones.
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/
const NEEDS_QUOTES = /[",\r\n]/

/** One record with its line end. Absent values are empty. */
export function csvRecord(values: readonly FieldValue[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

function cell(value: FieldValue): string {
  if (value === undefined) return ''
  const text = textOfValue(value)
  // A number is no formula, a text that looks like one may be.
  const safe = typeof value !== 'number' && FORMULA.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
