/** Rows of a CSV file (RFC 4180) as records: the first row says what the columns are. */
import { datadogRecord } from './datadog-records.ts'
import type { ExportedRecord, ExportFormat } from './exported-record.ts'
import { splunkRecord } from './splunk-records.ts'

/** Makes a record of a row. */
export type RowParser = (row: readonly string[]) => ExportedRecord

const IDENTITY_COLUMN = /^@?(log\.record\.uid|agent_audit\.log\.index)$/

/** Whose columns these are; `undefined` where none says which record a row is. Datadog marks attributes with `@`. */
export function formatOfColumns(columns: readonly string[]): ExportFormat | undefined {
  const named = columns.filter(name => IDENTITY_COLUMN.test(name))
  if (named.length === 0) return undefined
  return named.some(name => name.startsWith('@')) ? 'datadog' : 'splunk'
}

/** Reserved columns of Datadog's explorer, in lower case. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  ['date', 'timestamp'],
  ['timestamp', 'timestamp'],
  ['message', 'message'],
  ['content', 'message'],
  ['status', 'status'],
])

/** An empty cell is a field that the record lacks: CSV cannot tell it from an empty text. */
export function rowParser(columns: readonly string[], format: ExportFormat): RowParser {
  if (format !== 'datadog') return row => splunkRecord(objectOf(columns, row), 'text')
  const reserved = columns.map(name => RESERVED.get(name.toLowerCase()) ?? '')
  const attributes = columns.map((name, at) => (reserved[at] === '' ? name.replace(/^@/, '') : ''))
  return row => datadogRecord(objectOf(reserved, row), objectOf(attributes, row), 'text')
}

function objectOf(names: readonly string[], row: readonly string[]): object {
  return Object.fromEntries(names.flatMap((name, at) => (name === '' || !row[at] ? [] : [[name, row[at]]])))
}
