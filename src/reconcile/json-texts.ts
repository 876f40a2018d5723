/** The texts of the JSON objects in a file: one per line where it is so, else wherever they stand. */
import { KansaError } from '../errors.ts'
import { LineJoiner, linesOf } from '../journal/read-lines.ts'
import type { StoredLine } from '../journal/read-lines.ts'
import { startingWith } from './block-stream.ts'
import { JsonValues } from './json-values.ts'

export interface JsonText {
  /** Line, or which object. From 1. */
  readonly place: number
  /** `undefined` for a line that is too long to be read. */
  readonly text: string | undefined
}

/** What one object may take: a page of an API, or a batch of the collector, is far smaller. */
const MAX_OBJECT_BYTES = 256 * 1024 * 1024
const BYTE_ORDER_MARK = /^\uFEFF/
/** Enough to see whether the first line is an object: a batch of the collector may stand on it. */
const MAX_FIRST_LINE_BYTES = 64 * 1024 * 1024
const LINE_FEED = 0x0a

/** @throws KansaError `KANSA_UNREADABLE` */
export async function* jsonTexts(name: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<JsonText> {
  const iterator = blocks[Symbol.asyncIterator]()
  const first: Buffer[] = []
  let bytes = 0
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    first.push(next.value)
    bytes += next.value.length
    if (next.value.includes(LINE_FEED) || bytes > MAX_FIRST_LINE_BYTES) break
  }
  const head = Buffer.concat(first)
  const rest = startingWith(head, iterator)
  // An array on one line is no object, and the last line of a file may have no line break.
  yield* hasObjectLines(head.toString('utf8')) ? textsOfLines(name, rest) : textsOfValues(name, rest)
}

/** Whether there is one object on a line. One of the first lines tells: the very first may have been cut off. */
export function hasObjectLines(text: string): boolean {
  const lines = text.replace(BYTE_ORDER_MARK, '').split('\n', 3)
  return lines[0]?.trimStart().startsWith('[') !== true && lines.some(isObjectText)
}

function isObjectText(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

async function* textsOfLines(name: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<JsonText> {
  const joiner = new LineJoiner(name, 0)
  let place = 0
  const take = function* (lines: readonly StoredLine[]): Generator<JsonText> {
    for (const { bytes } of lines) {
      place++
      const text = bytes?.toString('utf8').replace(BYTE_ORDER_MARK, '')
      if (text?.trim() !== '') yield { place, text }
    }
  }
  for await (const block of blocks) for (const found of joiner.push(block)) yield* take(linesOf(found))
  const last = joiner.rest()
  if (last !== undefined) yield* take([last])
}

async function* textsOfValues(name: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<JsonText> {
  const values = new JsonValues()
  let place = 0
  for await (const block of blocks) {
    for (const value of values.push(block)) yield { place: ++place, text: value.toString('utf8') }
    if (values.unfinished > MAX_OBJECT_BYTES) {
      throw new KansaError(
        'KANSA_UNREADABLE',
        `an object in ${name} is too large to be read at once. Take it apart first, for example with jq -c '.results[]'.`,
      )
    }
  }
  if (values.unfinished > 0) yield { place: place + 1, text: undefined }
}
