/** Opens what was exported from another system: files, pipes or standard input, plain or compressed. */
import { createReadStream, openSync, closeSync, fstatSync } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { KansaError, messageOf } from '../../errors.ts'
import { STANDARD_INPUT } from '../../journal/read-logs.ts'
import { startingWith } from '../../reconcile/block-stream.ts'
import type { ExportSource } from '../../reconcile/read-export.ts'

const BLOCK_BYTES = 256 * 1024
const GZIP = Buffer.from([0x1f, 0x8b])
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
/** The collector's file exporter writes the length of each message before it when it compresses. */
const LENGTH_BYTES = 4

/** An export whose end is settled: what is appended to it afterwards does not count. */
export interface OpenExport extends ExportSource {
  /** 0 where nobody knows. */
  readonly bytes: number
  close(): void
}

/**
 * To be called before the logs are verified: a collector that writes on must not make records look as if the logs lacked
 * them.
 * @throws KansaError `KANSA_UNREADABLE`; reading them throws it too
 */
export function openExports(paths: readonly string[]): OpenExport[] {
  const open: OpenExport[] = []
  try {
    for (const path of paths) open.push(openExport(path))
    return open
  } catch (error) {
    for (const each of open) each.close()
    throw error
  }
}

function openExport(path: string): OpenExport {
  if (path === STANDARD_INPUT) {
    return { name: 'standard input', bytes: 0, blocks: blocksOf('standard input', process.stdin), close: () => {} }
  }
  try {
    const fd = openSync(path, 'r')
    const stats = fstatSync(fd)
    if (stats.isDirectory()) {
      closeSync(fd)
      throw new Error('it is a folder; name the files in it')
    }
    const bytes = stats.isFile() ? stats.size : 0
    const end = stats.isFile() ? { start: 0, end: bytes - 1 } : {}
    if (stats.isFile() && bytes === 0) {
      closeSync(fd)
      return { name: path, bytes, blocks: blocksOf(path, Readable.from([])), close: () => {} }
    }
    const stream = createReadStream(path, { fd, highWaterMark: BLOCK_BYTES, ...end })
    return { name: path, bytes, blocks: blocksOf(path, stream), close: () => stream.destroy() }
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function* blocksOf(name: string, stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  try {
    const iterator = buffersOf(stream)
    const first = await headOf(iterator)
    const all = startingWith(first, iterator)
    if (first.subarray(LENGTH_BYTES, LENGTH_BYTES + ZSTD.length).equals(ZSTD)) {
      throw new Error(
        'it has messages with their length before each: let the file exporter write without `compression`',
      )
    }
    if (startsWith(first, GZIP)) yield* unpacked(all, createGunzip())
    else if (startsWith(first, ZSTD)) yield* unpacked(all, createZstdDecompress())
    else yield* all
  } catch (error) {
    throw unreadable(name, error)
  }
}

async function* unpacked(
  packed: AsyncIterable<Buffer>,
  unpack: ReturnType<typeof createGunzip>,
): AsyncGenerator<Buffer> {
  // A failure comes out of the last stream, which is read below.
  yield* buffersOf(pipeline(packed, unpack, () => {}))
}

async function* buffersOf(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer, void, undefined> {
  for await (const block of stream) if (Buffer.isBuffer(block)) yield block
}

/** Enough bytes to know a compression by, or all there are. */
async function headOf(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0)
  while (head.length < LENGTH_BYTES + ZSTD.length) {
    const next = await iterator.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  return head
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic)
}

function unreadable(name: string, error: unknown): KansaError {
  if (error instanceof KansaError) return error
  return new KansaError('KANSA_UNREADABLE', `cannot read ${name}: ${messageOf(error)}`, { cause: error })
}
