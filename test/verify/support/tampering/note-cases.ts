// Attacks on signed notes and on keys.
import { formatKeyId } from '../../../../src/seal/key-id.ts'
import { signNoteSync } from '../../../../src/seal/sign-note.ts'
import type { LocalSigner } from '../../../../src/seal/signer.ts'
import { LogFolder } from './log-folder.ts'
import { FOREIGN_KEY, HARMLESS, KEY, NEXT_KEY, forged, keyRotated, small, vkeyOf } from './logs.ts'
import { work } from './records.ts'
import type { TamperingCase } from './tampering-case.ts'
import { tampered } from './tampering-case.ts'

const CHANGED_CHECKPOINT = ['changed-checkpoint']
const CHANGED_FILE = ['changed-file']
/** What the newest checkpoint covered alone is no longer covered. */
const NEWEST_LOST = ['changed-checkpoint', 'unsealed-tail']
/** Without the key, no signature fits. */
const KEY_LOST = ['changed-checkpoint', 'changed-file']

export function noteAndKeyCases(): TamperingCase[] {
  return [...noteCases(), ...keyCases()]
}

function noteCases(): TamperingCase[] {
  const note = (edit: (note: string) => string): LogFolder => small().editNewestNote(edit)
  const signed = (edit: (text: string) => string): LogFolder => note(whole => resigned(edit(textOf(whole)), KEY))
  return [
    tampered(
      'note-size',
      'The size in a checkpoint is another.',
      note(whole => whole.replace('\n6\n', '\n5\n')),
      NEWEST_LOST,
    ),
    tampered(
      'note-root',
      'The root in a checkpoint is another.',
      note(whole => withRoot(whole, small().notes[1])),
      NEWEST_LOST,
    ),
    tampered(
      'note-signature-of-another',
      'The signature is that of another checkpoint.',
      note(otherSignature),
      NEWEST_LOST,
    ),
    tampered('note-signed-twice', 'The same signature stands there twice.', note(signedTwice), CHANGED_CHECKPOINT),
    tampered(
      'note-unsigned',
      'The signature is gone.',
      note(whole => `${textOf(whole)}\n`),
      NEWEST_LOST,
    ),
    tampered(
      'note-unknown-signature',
      'A second signature is by a key that nobody knows.',
      note(countersigned),
      CHANGED_CHECKPOINT,
    ),
    tampered('note-base64', 'The same signature in another base64.', note(uncanonical), NEWEST_LOST),
    tampered(
      'note-crlf',
      'A checkpoint with the line breaks of Windows.',
      note(whole => whole.replaceAll('\n', '\r\n')),
      NEWEST_LOST,
    ),
    tampered(
      'note-hyphen',
      'A hyphen in place of the dash before the signature.',
      note(whole => whole.replace('\u2014', '-')),
      NEWEST_LOST,
    ),
    tampered(
      'note-leading-zero',
      'The key of the log signed a size with a leading zero.',
      signed(text => text.replace('\n6\n', '\n06\n')),
      NEWEST_LOST,
    ),
    tampered(
      'note-extension',
      'The key of the log signed a line more.',
      signed(text => `${text}extension\n`),
      CHANGED_CHECKPOINT,
    ),
    tampered(
      'note-root-base64',
      'The key of the log signed the root in another base64.',
      signed(uncanonical),
      NEWEST_LOST,
    ),
    tampered('note-older', 'An older checkpoint was altered; the newest was not.', olderAltered(), CHANGED_CHECKPOINT),
  ]
}

function keyCases(): TamperingCase[] {
  const pinned = { keys: [vkeyOf(KEY)] }
  const another = forged({ 4: HARMLESS }, FOREIGN_KEY)
  return [
    tampered(
      'signed-by-another-key',
      'Edited, and signed again with another key; the right one is pinned.',
      another,
      ['wrong-key'],
      pinned,
    ),
    tampered(
      'signed-by-another-key-too',
      'The newest checkpoint is by another key, which kansa.vkey has too.',
      takenOver(),
      ['changed-checkpoint', 'wrong-key'],
      pinned,
    ),
    tampered(
      'key-rotated-old-pinned',
      'A new key took over, but the old one is pinned.',
      keyRotated(),
      ['wrong-key'],
      pinned,
    ),
    tampered('key-of-name-only', 'Another key with the name of the log is pinned.', small(), ['wrong-key'], {
      keys: [vkeyOf(NEXT_KEY)],
    }),
    tampered(
      'vkey-replaced',
      'seal/kansa.vkey has another key than signed.',
      small().put('seal/kansa.vkey', `${vkeyOf(FOREIGN_KEY)}\n`),
      CHANGED_CHECKPOINT,
    ),
    tampered(
      'key-changed-alone',
      'A new key took over, and the old one did not sign with it.',
      takenOver(),
      CHANGED_CHECKPOINT,
    ),
    tampered(
      'kept-by-another-key',
      'All of it was signed again with another key; a checkpoint by the first one was kept.',
      forged({}, FOREIGN_KEY),
      ['wrong-key'],
      { atLeast: small().notes[2] ?? '' },
    ),
    tampered('vkey-capitals', 'The id of the key is in capitals.', vkeyInCapitals(), KEY_LOST),
    tampered('vkey-added', 'A key that signed nothing is before the one that did.', vkeyAdded(), CHANGED_FILE),
    tampered('vkeys-swapped', 'The two keys have changed places.', vkeysSwapped(), CHANGED_FILE),
    tampered(
      'vkey-other-pinned',
      'The right key is pinned; another one is in seal/kansa.vkey.',
      vkeyReplaced(),
      ['changed-file', 'unfinished-commit'],
      pinned,
    ),
    tampered(
      'vkey-removed-pinned',
      'The right key is pinned; seal/kansa.vkey is gone.',
      small().remove('seal/kansa.vkey'),
      CHANGED_FILE,
      pinned,
    ),
    tampered('vkey-removed', 'seal/kansa.vkey is gone.', small().remove('seal/kansa.vkey'), KEY_LOST),
    tampered('vkey-damaged', 'The key in seal/kansa.vkey is damaged.', vkeyDamaged(), KEY_LOST),
    tampered(
      'vkey-unended',
      'seal/kansa.vkey has no line break at its end.',
      small().put('seal/kansa.vkey', vkeyOf(KEY)),
      CHANGED_FILE,
    ),
    tampered(
      'vkey-first-removed',
      'The key before the rotation is gone from seal/kansa.vkey.',
      firstKeyRemoved(),
      CHANGED_CHECKPOINT,
    ),
  ]
}

function textOf(note: string): string {
  return note.slice(0, note.lastIndexOf('\n\n') + 1)
}

function resigned(text: string, ...signers: LocalSigner[]): string {
  return String(signNoteSync(text, signers))
}

function withRoot(note: string, other = ''): string {
  const [origin, size, , ...rest] = note.split('\n')
  return [origin, size, other.split('\n')[2], ...rest].join('\n')
}

function otherSignature(note: string): string {
  const other = small().notes[1] ?? ''
  return textOf(note) + other.slice(textOf(other).length)
}

function signedTwice(note: string): string {
  return note + note.slice(textOf(note).length + 1)
}

function countersigned(note: string): string {
  return resigned(textOf(note), KEY, FOREIGN_KEY)
}

/** Base64 of a signature, or of a root, ends with one `=`: the lowest bit of the character before it says nothing. */
function uncanonical(text: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return text.replace(/(.)=\n$/, (_, last: string) => `${digits[digits.indexOf(last) + 1]}=\n`)
}

function olderAltered(): LogFolder {
  return small().editNotes(([a = '', b = '', c = '']) => [a, b.replace('\n3\n', '\n4\n'), c])
}

function takenOver(): LogFolder {
  const log = LogFolder.sealed({
    records: work(6),
    checkpoints: [3, 6],
    signersAt: size => (size < 6 ? [KEY] : [FOREIGN_KEY]),
  })
  return log
}

function vkeyDamaged(): LogFolder {
  return small().put('seal/kansa.vkey', `${vkeyOf(KEY).slice(0, -4)}AAAA\n`)
}

function vkeyInCapitals(): LogFolder {
  const id = formatKeyId(KEY.verifier.keyId)
  return small().replace('seal/kansa.vkey', id, id.toUpperCase())
}

function vkeyAdded(): LogFolder {
  return small().put('seal/kansa.vkey', `${vkeyOf(FOREIGN_KEY)}\n${vkeyOf(KEY)}\n`)
}

function vkeysSwapped(): LogFolder {
  return keyRotated().put('seal/kansa.vkey', `${vkeyOf(NEXT_KEY)}\n${vkeyOf(KEY)}\n`)
}

function vkeyReplaced(): LogFolder {
  return small().put('seal/kansa.vkey', `${vkeyOf(FOREIGN_KEY)}\n`)
}

function firstKeyRemoved(): LogFolder {
  return keyRotated().put('seal/kansa.vkey', `${vkeyOf(NEXT_KEY)}\n`)
}
