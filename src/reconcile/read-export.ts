/**
 * Reads what was exported from another system, whatever of the known formats it has, record by record. Damaged parts are
 * passed over and counted: whatever is missing for it will be missed anyway.
 */
import { KansaError } from '../errors.ts'
import { MAX_LINE_BYTES } from '../journal/read-lines.ts'
import { startingWith } from './block-stream.ts'
import { CsvRows } from './csv-rows.ts'
import { formatOfColumns, rowParser } from './csv-records.ts'
import type { RowParser } from './csv-records.ts'
import { datadogRecords } from './datadog-records.ts'
import type { ExportedRecord, ExportFormat } from './exported-record.ts'
import { hasObjectLines, jsonTexts } from './json-texts.ts'
import { isObject, member } from './json-shape.ts'
import { otlpRecords } from './otlp-records.ts'
import { splunkRecords } from './splunk-records.ts'

/** A file, or whatever else the bytes come from, without compression. */
export interface ExportSource {
  readonly name: string
  readonly blocks: AsyncIterable<Buffer>
}

/** What a line, an object or a row of an export holds. */
export interface ExportPart {
  /** Line of the file; where objects do not stand on lines of their own, which of them; in CSV the row. From 1. */
  readonly place: number
  readonly records: readonly ExportedRecord[]
}

// Owned by the reader of one export, which fills it while it reads.
export interface ExportTally {
  format: ExportFormat | undefined
  /** Lines, objects or rows that cannot be read as what the rest is. */
  unreadable: number
}

const PARSERS: Readonly<Record<ExportFormat, (value: unknown) => ExportedRecord[]>> = {
  otlp: otlpRecords,
  splunk: splunkRecords,
  datadog: datadogRecords,
}
/** Looked at to tell JSON from CSV. */
const MAX_HEAD_BYTES = 1024 * 1024
const BYTE_ORDER_MARK = '\uFEFF'

/**
 * @param format taken for granted; found out from the content where it is not given
 * @throws KansaError `KANSA_UNREADABLE`, saying what to do, for what is none of the formats
 */
export async function* readExport(
  { name, blocks }: ExportSource,
  tally: ExportTally,
  format?: ExportFormat,
): AsyncGenerator<ExportPart, void, undefined> {
  tally.format = format
  const iterator = blocks[Symbol.asyncIterator]()
  const head = await headOf(iterator)
  const text = head.toString('utf8').replace(BYTE_ORDER_MARK, '').trimStart()
  if (text === '') return
  // What begins in the middle of a line, as after a rotation by hand, still has JSON on the next.
  const isJson = /^[[{]/.test(text) || hasObjectLines(text)
  const all = startingWith(head, iterator)
  yield* isJson ? jsonParts(name, all, tally) : csvParts(name, all, tally)
}

async function* jsonParts(name: string, blocks: AsyncIterable<Buffer>, tally: ExportTally): AsyncGenerator<ExportPart> {
  let objects = 0
  for await (const { place, text } of jsonTexts(name, blocks)) {
    let value = parsed(text)
    if (!isObject(value)) {
      tally.unreadable++
      value = parsed(behindTorn(text))
      if (!isObject(value)) continue
    }
    objects++
    tally.format ??= formatOfObject(value)
    if (tally.format !== undefined) yield { place, records: PARSERS[tally.format](value) }
  }
  if (tally.format === undefined && (objects > 0 || tally.unreadable > 0)) throw unknownFormat(name)
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A collector that was killed has left a torn object, and begins the next one on the same line. */
function behindTorn(text: string | undefined): string | undefined {
  const at = text?.lastIndexOf('{"resourceLogs"') ?? 0
  return at > 0 ? text?.slice(at) : undefined
}

/** What each format has and the others have not. `undefined` where an object says nothing, as messages among results. */
function formatOfObject(value: object): ExportFormat | undefined {
  const has = (key: string): boolean => Object.hasOwn(value, key)
  if (has('resourceLogs')) return 'otlp'
  if (['result', 'results', '_time', '_raw', 'log.record.uid', 'agent_audit.log.index'].some(has)) return 'splunk'
  const page = member(value, 'data') ?? member(value, 'logs')
  if (Array.isArray(page) || isObject(member(value, 'attributes')) || isObject(member(value, 'content')))
    return 'datadog'
  return undefined
}

async function* csvParts(name: string, blocks: AsyncIterable<Buffer>, tally: ExportTally): AsyncGenerator<ExportPart> {
  const rows = new CsvRows()
  const decoder = new TextDecoder()
  let parser: RowParser | undefined
  let place = 0
  const take = (row: readonly string[]): ExportPart | undefined => {
    place++
    if (parser !== undefined) return { place, records: [parser(row)] }
    const columns = row.map(column => column.replace(BYTE_ORDER_MARK, ''))
    const found = formatOfColumns(columns)
    if (found === undefined) throw unknownFormat(name)
    tally.format ??= found
    parser = rowParser(columns, tally.format)
    return undefined
  }
  for await (const block of blocks) {
    for (const row of rows.push(decoder.decode(block, { stream: true }))) {
      const part = take(row)
      if (part !== undefined) yield part
    }
    if (rows.unfinished > MAX_LINE_BYTES) throw unknownFormat(name)
  }
  const last = rows.end()
  if (last === undefined) tally.unreadable++
  else if (last.length > 0) {
    const part = take(last)
    if (part !== undefined) yield part
  }
}

function unknownFormat(name: string): KansaError {
  return new KansaError(
    'KANSA_UNREADABLE',
    `${name} is no export that Kansa can read: OTLP JSON ("resourceLogs", as the collector's file exporter writes it with ` +
      'format: json), JSON or CSV from Splunk or Datadog, plain or compressed with gzip. A CSV file must have the column ' +
      'log.record.uid or agent_audit.log.index. If it is one of these, name it with --format.',
  )
}

/** As much as tells JSON from CSV: the first character of JSON, or a line and the next. */
async function headOf(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    pieces.push(next.value)
    const head = Buffer.concat(pieces)
    const text = head.toString('latin1').trimStart()
    if (/^(\u00ef\u00bb\u00bf)?\s*[[{]/.test(text) || text.split('\n').length > 2 || head.length > MAX_HEAD_BYTES)
      return head
  }
  return Buffer.concat(pieces)
}
