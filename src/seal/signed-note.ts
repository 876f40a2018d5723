/**
 * C2SP signed-note: text that ends with a line break, an empty line, and one line for each signature: an em dash, a
 * space, the key's name, a space, the base64 of key id and signature. What is read is written back byte for byte.
 */
import { decodeBase64, encodeBase64 } from './base64.ts'
import { isKeyName } from './key-id.ts'
import { SealError } from './seal-error.ts'

export interface NoteSignature {
  readonly name: string
  readonly keyId: number
  /** Without the key id. */
  readonly signature: Uint8Array
}

export interface Note {
  /** What is signed: with its final line break, without the empty line. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Sixteen signatures must be accepted, post-quantum ones have 5 kB; Go's library takes a hundred. */
const MAX_SIGNATURES = 100
const MAX_NOTE_BYTES = 1024 * 1024
const KEY_ID_BYTES = 4
const DASH = '\u{2014} '
/** Control characters other than the line feed. */
const CONTROL = /[\u{0}-\u{9}\u{b}-\u{1f}]/u

/** Reads a note without checking its signatures: its text is not to be believed. See `openNote`. */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > MAX_NOTE_BYTES) throw new SealError('too-large', `a note has more than ${MAX_NOTE_BYTES} bytes`)
  const all = decodeText(bytes)
  // The last one: the text may have empty lines itself.
  const split = all.lastIndexOf('\n\n')
  if (split === -1) throw malformed('no empty line stands between text and signatures')
  const block = all.slice(split + 2)
  if (!block.endsWith('\n')) throw malformed('no line of a signature, with its line break, stands at the end')
  const lines = block.slice(0, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) throw new SealError('too-large', `more than ${MAX_SIGNATURES} signatures`)
  return { text: all.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

/** @throws SealError `malformed-note`, `malformed-key` or `too-large` for what could not be read back. */
export function formatNote({ text, signatures }: Note): Buffer {
  checkNoteText(text)
  if (signatures.length === 0) throw malformed('a note has at least one signature')
  const bytes = Buffer.from(`${text}\n${signatures.map(formatSignature).join('')}`)
  if (bytes.length > MAX_NOTE_BYTES || signatures.length > MAX_SIGNATURES) {
    throw new SealError('too-large', `a note has more than ${MAX_NOTE_BYTES} bytes or ${MAX_SIGNATURES} signatures`)
  }
  return bytes
}

/** @throws SealError `malformed-note` for what cannot be the text of a note. */
export function checkNoteText(text: string): void {
  if (!text.endsWith('\n')) throw malformed('the text does not end with a line break')
  if (CONTROL.test(text)) throw malformed('there is a control character in the text')
  if (!text.isWellFormed()) throw malformed('the text cannot be written as UTF-8')
}

function decodeText(bytes: Uint8Array): string {
  let text: string
  try {
    // A byte order mark is part of what was signed.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new SealError('malformed-note', 'the note is no valid UTF-8', { cause: error })
  }
  if (CONTROL.test(text)) throw malformed('there is a control character in the note')
  return text
}

function parseSignature(line: string): NoteSignature {
  if (!line.startsWith(DASH)) throw malformed('the line of a signature does not begin with an em dash and a space')
  const afterName = line.indexOf(' ', DASH.length)
  if (afterName === -1) throw malformed('the line of a signature has no signature')
  const name = line.slice(DASH.length, afterName)
  if (!isKeyName(name)) throw malformed('the name in the line of a signature cannot be the name of a key')
  const blob = decodeBase64(line.slice(afterName + 1))
  if (blob === undefined) throw malformed(`the signature by ${name} is not in canonical base64`)
  if (blob.length <= KEY_ID_BYTES) throw malformed(`the signature by ${name} is too short`)
  return { name, keyId: blob.readUInt32BE(0), signature: blob.subarray(KEY_ID_BYTES) }
}

function formatSignature({ name, keyId, signature }: NoteSignature): string {
  if (!isKeyName(name)) throw malformed('the name of a signature cannot be the name of a key')
  if (signature.length === 0) throw malformed(`the signature by ${name} is empty`)
  const blob = Buffer.alloc(KEY_ID_BYTES + signature.length)
  blob.writeUInt32BE(keyId, 0)
  blob.set(signature, KEY_ID_BYTES)
  return `${DASH}${name} ${encodeBase64(blob)}\n`
}

function malformed(message: string): SealError {
  return new SealError('malformed-note', message)
}
