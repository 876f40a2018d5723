// Logs that nobody touched, and changes that no verifier can see: the limits of what a seal shows.
import { hmacSigner } from '../../../../src/seal/hmac-key.ts'
import { formatHmacKey } from '../../../../src/seal/key-text.ts'
import { ORIGIN, rootOfLines } from '../../../support/sealed-folder.ts'
import { LogFolder } from './log-folder.ts'
import { FOREIGN_KEY, HARMLESS, KEY, NEXT_KEY, beforeDeletion, edited, example, forged, keyRotated } from './logs.ts'
import { large, retained, rotated, rotatedRecords, small, vkeyOf } from './logs.ts'
import { ownRecord, retentionDeleted, work } from './records.ts'
import type { TamperingCase } from './tampering-case.ts'
import { intact } from './tampering-case.ts'

const SECRET = Buffer.from('a shared secret of 32 bytes or more')

export function untouchedCases(): TamperingCase[] {
  const note = (count: number): string => small().notes[count] ?? ''
  return [
    intact('empty', 'A log without records: its first checkpoint has size 0.', LogFolder.sealed({ records: [] })),
    intact('three-records', 'The example of docs/file-format.md.', example()),
    intact('one-file', 'Six records, two checkpoints after the one of size 0.', small()),
    intact('key-pinned', 'The key of the log is pinned.', small(), { keys: [vkeyOf(KEY)] }),
    intact('at-least-older', 'An older checkpoint of the log was kept.', small(), { atLeast: note(1) }),
    intact('at-least-newest', 'Its newest checkpoint was kept.', small(), { atLeast: note(2) }),
    intact('rotated', 'Twelve records in three files.', rotated()),
    intact(
      'rotated-gap',
      'The suffixes of the backups have a gap.',
      rotated().rename('audit.jsonl.2', 'audit.jsonl.10'),
    ),
    intact('before-deletion', 'A deletion is announced, and not carried out yet.', beforeDeletion()),
    intact('after-deletion', 'Retention deleted the oldest file; a sealed record says so.', retained()),
    intact(
      'after-two-deletions',
      'The record about the first deletion was itself deleted with the second.',
      twiceRetained(),
    ),
    intact('key-rotated', 'A new key took over: one checkpoint has both signatures.', keyRotated()),
    intact('key-rotated-pinned', 'The new key is pinned; the old one is known from the folder.', keyRotated(), {
      keys: [vkeyOf(NEXT_KEY)],
    }),
    intact('key-of-another-name', 'The key was made for another log.', ofOtherKey()),
    intact('two-levels', 'More records than fit into one tile, most of them deleted in order.', large()),
    intact(
      'beside-other-files',
      'Bytes set aside, delivery cursors, temporary files and an empty next file.',
      besideOthers(),
    ),
    intact('two-writers', 'A second process had a log of its own.', rotated().include('writers/w2', example())),
    intact('without-gitignore', 'Somebody does without .gitignore.', small().remove('.gitignore')),
    intact('gitignore-of-others', 'The folder has other files too, and .gitignore is theirs.', amongOthers()),
    intact(
      'after-other-program',
      'A journal of another program was there before, and became a backup.',
      afterOtherProgram(),
    ),
    intact(
      'tail-left',
      'No record stands at the end of a backup: it could not be set aside, and the log says so.',
      tailLeft(),
    ),
    {
      name: 'unreadable-shared-secret',
      about: 'Signed with HMAC-SHA256, and the secret is not known.',
      log: sharedSecret(),
      status: 'unreadable',
      kinds: [],
    },
    intact('shared-secret', 'Signed with HMAC-SHA256.', sharedSecret(), { sharedKey: formatHmacKey(ORIGIN, SECRET) }),
    intact(
      'unseen-rolled-back',
      'The whole folder is an older copy. Nobody kept a checkpoint, so nobody can know.',
      LogFolder.sealed({ records: work(3) }),
    ),
    intact(
      'unseen-signed-by-another-key',
      'Edited and signed again with another key, also in kansa.vkey. No key is pinned, so nobody can know.',
      forged({ 4: HARMLESS }, FOREIGN_KEY),
    ),
    intact(
      'unseen-checkpoint-removed',
      'A checkpoint in the middle is gone; those around it say as much.',
      withoutMiddleNote(),
    ),
  ]
}

function twiceRetained(): LogFolder {
  const records = edited(rotatedRecords(), { 5: retentionDeleted(5, 0, 3, rotatedRoot(4, {})) })
  const first = { 5: records[5] ?? {} }
  return LogFolder.sealed({
    records: [...records, retentionDeleted(12, 4, 7, rotatedRoot(8, first))],
    files: [4, 4, 5],
    checkpoints: [4, 8, 12, 13],
  })
    .remove('audit.jsonl.1')
    .remove('audit.jsonl.2')
}

function rotatedRoot(count: number, edit: Parameters<typeof edited>[1]): string {
  return rootOfLines(LogFolder.sealed({ records: edited(rotatedRecords(), edit) }).lines.slice(0, count))
}

function ofOtherKey(): LogFolder {
  return LogFolder.sealed({ records: work(3), origin: 'kansa.log/continued' })
}

function besideOthers(): LogFolder {
  return small()
    .put('audit.jsonl.corrupt-2026-11-22T101530.000Z-1', '{"id":"01a')
    .put('audit.jsonl.new', '')
    .put('forward/otlp/cursor', '6\n')
    .put('seal/checkpoint.tmp-6f0e8e1c-2d35-4c0b-9b0e-0d3f0f3a7c11', 'kansa.log/te')
}

function amongOthers(): LogFolder {
  return small().put('.gitignore', 'node_modules\n').put('index.js', '')
}

export const OTHER_LINES = '{"event":"start"}\n{"event":"stop"}\n'

export function afterOtherProgram(): LogFolder {
  return withLeftFile('other-program', OTHER_LINES.length)
    .rename('audit.jsonl.1', 'audit.jsonl.2')
    .put('audit.jsonl.1', OTHER_LINES)
}

function tailLeft(): LogFolder {
  const tail = '{"id":"01a2'
  const size = withLeftFile('unmovable-tail', 0).bytes('audit.jsonl.1').length + tail.length
  return withLeftFile('unmovable-tail', size).append('audit.jsonl.1', tail)
}

function withLeftFile(kind: string, bytes: number): LogFolder {
  const recovered = ownRecord(4, 'AuditRecovered', { kind, file: 'audit.jsonl.1', bytes: String(bytes) })
  return LogFolder.sealed({ records: edited(work(6), { 4: recovered }), files: [3, 3] })
}

function sharedSecret(): LogFolder {
  return LogFolder.sealed({ records: work(3), signersAt: () => [hmacSigner(ORIGIN, SECRET)] })
}

function withoutMiddleNote(): LogFolder {
  return small().editNotes(([first = '', , last = '']) => [first, last])
}
