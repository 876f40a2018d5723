/** C2SP tlog-checkpoint: the text of a signed note that says which tree a log is: its origin, size and root. */
import { encodeBase64, parseHash } from './base64.ts'
import { EMPTY_ROOT, checkHash } from './merkle-hash.ts'
import { openNote } from './open-note.ts'
import type { OpenedNote } from './open-note.ts'
import { SealError } from './seal-error.ts'
import { checkNoteText } from './signed-note.ts'
import type { Verifier } from './signer.ts'
import { checkCount, parseCount } from './tree-size.ts'

export interface Checkpoint {
  /** The log's name, which no other log has. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** Further lines. Kansa writes none: nobody could audit them. */
  readonly extensions: readonly string[]
}

export interface OpenedCheckpoint extends Checkpoint {
  readonly note: OpenedNote
}

/** The text to sign. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  checkCount(size, 'the tree size')
  checkHash(root)
  checkEmptyTree(size, root)
  const lines = [origin, String(size), encodeBase64(root), ...extensions]
  if (lines.some(line => line === '' || line.includes('\n'))) throw malformed('a line is empty or has a line break')
  const text = `${lines.join('\n')}\n`
  checkNoteText(text)
  return text
}

/** Reads the text of a note. It is to be believed only when the note was opened with a trusted key. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('the text does not end with a line break')
  const lines = text.slice(0, -1).split('\n')
  if (lines.includes('')) throw malformed('there is an empty line')
  const [origin, size, root, ...extensions] = lines
  if (origin === undefined || size === undefined || root === undefined) {
    throw malformed('there are fewer than three lines: origin, size and root')
  }
  const checkpoint = {
    origin,
    size: parseCount(size, 'the tree size'),
    root: parseHash(root, 'the root'),
    extensions,
  }
  checkEmptyTree(checkpoint.size, checkpoint.root)
  return checkpoint
}

/**
 * Opens a signed checkpoint: signature first, then what it says.
 * @throws SealError what `openNote` and `parseCheckpoint` throw.
 */
export function openCheckpoint(bytes: Uint8Array, trusted: readonly Verifier[]): OpenedCheckpoint {
  const note = openNote(bytes, trusted)
  return { ...parseCheckpoint(note.text), note }
}

function checkEmptyTree(size: number, root: Uint8Array): void {
  if (size === 0 && Buffer.compare(root, EMPTY_ROOT) !== 0) {
    throw new SealError('wrong-root', 'the root of a tree of size 0 is not that of the empty tree')
  }
}

function malformed(message: string): SealError {
  return new SealError('malformed-checkpoint', message)
}
