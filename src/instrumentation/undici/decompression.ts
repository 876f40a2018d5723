/** Undoing the `content-encoding` of a response, all at once: a body that was left early is decoded as far as it goes. */
import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { MAX_BODY_BYTES } from './body-bytes.ts'

// A few bytes may unfold to gigabytes: a server must not fill the agent's memory through its audit.
const maxOutputLength = 2 * MAX_BODY_BYTES

type Decode = (bytes: Uint8Array) => Buffer

/** RFC 9110, and what `fetch` asks for. */
const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', bytes => gunzipSync(bytes, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH })],
  ['x-gzip', bytes => gunzipSync(bytes, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH })],
  ['deflate', bytes => inflateSync(bytes, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH })],
  ['br', bytes => brotliDecompressSync(bytes, { maxOutputLength, finishFlush: constants.BROTLI_OPERATION_FLUSH })],
  ['zstd', bytes => zstdDecompressSync(bytes, { maxOutputLength, finishFlush: constants.ZSTD_e_flush })],
])

/** `undefined` for an encoding that nobody here can undo; the same bytes where there is none. */
export function decoderOf(encoding: string): Decode | 'none' | undefined {
  const name = encoding.trim().toLowerCase()
  return name === '' || name === 'identity' ? 'none' : DECODERS.get(name)
}
