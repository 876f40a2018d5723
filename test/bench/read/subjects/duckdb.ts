/**
 * DuckDB's `read_json`, told what it would otherwise have to find out: that every line is a record, and the types of the
 * columns it needs. A selection gives all fields of its events, a sum reads no more than its two columns.
 */
import { fileURLToPath } from 'node:url'
import { ENVELOPE } from '../../../../src/events/field-table.ts'
import type { Field } from '../../../../src/events/field.ts'
import { DUCKDB_FOLDER } from '../install-duckdb.ts'
import { ACTOR, KIND, SINCE, SUMMED_FIELD, UNTIL } from '../scenarios.ts'
import type { Command } from '../../measured-command.ts'
import type { Journal, Subject } from '../subject.ts'

const PROGRAM = fileURLToPath(new URL('../programs/duckdb.mjs', import.meta.url))

/** Times stay texts: they are compared, not calculated with. What is no text, number or list is left as JSON. */
const EVENT_COLUMNS = {
  id: 'VARCHAR',
  timestamp: 'VARCHAR',
  actor_id: 'VARCHAR',
  event_type: 'STRUCT("type" VARCHAR, "data" JSON)',
  ...Object.fromEntries(ENVELOPE.map(field => [field.name, columnType(field)])),
}
const TOTALS_COLUMNS = { event_type: `STRUCT("type" VARCHAR, "data" STRUCT("${SUMMED_FIELD}" BIGINT))` }

const WHO_AND_WHAT = `actor_id = '${ACTOR}' AND event_type.type = '${KIND}'`
const WHEN = `timestamp >= '${SINCE}' AND timestamp < '${UNTIL}'`

export const duckdb: Subject = {
  selective: command(EVENT_COLUMNS, events => `SELECT to_json(e) FROM ${events} e WHERE ${WHO_AND_WHAT} AND ${WHEN}`),
  'selective-all': command(EVENT_COLUMNS, events => `SELECT to_json(e) FROM ${events} e WHERE ${WHO_AND_WHAT}`),
  aggregate: command(
    TOTALS_COLUMNS,
    events =>
      'SELECT to_json(t) FROM (' +
      `SELECT event_type.type AS type, count(*) AS count, sum(event_type.data.${SUMMED_FIELD})::BIGINT AS sum ` +
      `FROM ${events} GROUP BY 1) t`,
  ),
}

type Columns = Readonly<Record<string, string>>

function command(columns: Columns, select: (events: string) => string): (journal: Journal) => Command {
  return ({ files }) => ({ file: process.execPath, args: [PROGRAM, DUCKDB_FOLDER, select(readJson(files, columns))] })
}

function readJson(files: readonly string[], columns: Columns): string {
  const types = Object.entries(columns).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`)
  const options = `format = 'newline_delimited', records = true, columns = {${types.join(', ')}}`
  return `read_json([${files.map(quoted).join(', ')}], ${options})`
}

function columnType(field: Field): string {
  switch (field.type) {
    case 'count':
    case 'millis':
      return 'BIGINT'
    case 'number':
      return 'DOUBLE'
    case 'flag':
      return 'BOOLEAN'
    case 'texts':
      return 'VARCHAR[]'
    case 'textMap':
    case 'countMap':
    case 'cutMap':
      return 'JSON'
    case 'text':
    case 'content':
    case 'time':
    case 'hex':
    case 'choice':
      return 'VARCHAR'
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
