// Attacks on whole files: the journal's, and the folder as a whole.
import { anotherProgram } from './crash-cases.ts'
import { LogFolder } from './log-folder.ts'
import {
  FOREIGN_KEY,
  KEY,
  beforeDeletion,
  example,
  retained,
  rootOfFirst,
  rotated,
  rotatedOf,
  rotatedRecords,
  small,
  vkeyOf,
} from './logs.ts'
import { retentionDeleted, work } from './records.ts'
import type { TamperingCase } from './tampering-case.ts'
import { tampered } from './tampering-case.ts'

const OTHER_ORIGIN = 'kansa.log/other'

export function fileCases(): TamperingCase[] {
  return [
    tampered(
      'head-file-deleted',
      'The oldest file is gone, and no record says so.',
      rotated().remove('audit.jsonl.2'),
      ['missing-head'],
    ),
    tampered('middle-file-deleted', 'A file in the middle is gone.', rotated().remove('audit.jsonl.1'), [
      'missing-line',
    ]),
    tampered('active-file-deleted', 'The newest file is gone.', rotated().remove('audit.jsonl'), ['truncated-log']),
    tampered('all-files-deleted', 'Nothing but the seal is there.', small().remove('audit.jsonl'), ['truncated-log']),
    tampered('files-swapped', 'Two files have changed names.', filesSwapped(), ['moved-line']),
    tampered('file-duplicated', 'A file is there twice.', fileDuplicated(), ['duplicated-line']),
    tampered('foreign-backup', 'In place of a backup stands that of another log.', foreignBackup(), ['foreign-file']),
    tampered('foreign-backup-added', 'The backup of another log is there too.', foreignAdded(), ['foreign-file']),
    tampered('backup-linked', 'In place of a backup stands a link to its bytes.', backupLinked(), [
      'changed-file',
      'missing-line',
    ]),
    tampered('more-deleted', 'A record tells of a deletion, but more is gone.', moreDeleted(), ['missing-head']),
    tampered(
      'deletion-forged',
      'Who deleted the oldest file wrote the record about it too, unsealed.',
      deletionForged(),
      ['missing-head', 'unsealed-tail'],
    ),
    tampered(
      'deletion-forged-sealed',
      'A sealed record tells of the deletion, with the root of something else.',
      wrongRoot(),
      ['missing-head'],
    ),
    tampered('deletion-not-sealed', 'The file was deleted before the record about it was sealed.', deletedTooEarly(), [
      'missing-head',
      'unsealed-tail',
    ]),
    tampered(
      'rolled-back',
      'The whole folder is an older copy; a newer checkpoint was kept.',
      LogFolder.sealed({ records: work(3) }),
      ['rolled-back'],
      { atLeast: small().notes[2] ?? '' },
    ),
    tampered(
      'rolled-back-with-lines',
      'Only the checkpoints are older.',
      checkpointsRolledBack(),
      ['rolled-back', 'unsealed-tail'],
      {
        atLeast: small().notes[2] ?? '',
      },
    ),
    tampered(
      'forked',
      'Another history, signed with the key of the log; a checkpoint of the first one was kept.',
      forked(),
      ['rolled-back'],
      { atLeast: small().notes[2] ?? '' },
    ),
    tampered(
      'replaced-by-another-log',
      'Another log is in its place; a checkpoint of the first one was kept.',
      anotherLog(),
      ['rolled-back'],
      { atLeast: small().notes[2] ?? '' },
    ),
    tampered(
      'replaced-and-pinned',
      'Another log with another key is in its place; the key is pinned.',
      foreignLog(),
      ['wrong-key'],
      {
        keys: [vkeyOf(KEY)],
      },
    ),
    tampered(
      'unsealed-and-pinned',
      'The seal is gone and every seq with it, as if another program had written the lines; the key is pinned.',
      anotherProgram(),
      ['missing-checkpoint'],
      { keys: [vkeyOf(KEY)] },
    ),
    tampered(
      'second-writer-emptied',
      'The lines of a second process are gone, its seal is not.',
      secondWriterEmptied(),
      ['truncated-log'],
    ),
    tampered(
      'second-writer-edited',
      'The log of a second process was changed, the first one was not.',
      secondWriterEdited(),
      ['edited-line'],
    ),
  ]
}

function filesSwapped(): LogFolder {
  return rotated().rename('audit.jsonl.1', 'x').rename('audit.jsonl.2', 'audit.jsonl.1').rename('x', 'audit.jsonl.2')
}

function fileDuplicated(): LogFolder {
  return rotated().put('audit.jsonl.3', rotated().bytes('audit.jsonl.2'))
}

function foreignBackup(): LogFolder {
  return rotated().put('audit.jsonl.1', foreign().bytes('audit.jsonl.1'))
}

function foreignAdded(): LogFolder {
  return rotated().put('audit.jsonl.3', foreign().bytes('audit.jsonl.1'))
}

/** The same agent at the same time, under another origin: only the ids differ. */
function foreign(): LogFolder {
  const log = rotatedOf(OTHER_ORIGIN)
  return log.editLines('audit.jsonl.1', lines => lines.map(line => line.replace('-7000-8000-', '-7000-9000-')))
}

function backupLinked(): LogFolder {
  const elsewhere = 'audit.jsonl.corrupt-2026-11-22T101530.000Z-1'
  return rotated().rename('audit.jsonl.1', elsewhere).link('audit.jsonl.1', elsewhere)
}

function moreDeleted(): LogFolder {
  return retained().remove('audit.jsonl.1')
}

function deletionForged(): LogFolder {
  const line = JSON.stringify({ ...retentionDeleted(12, 0, 3, rootOfFirst(4)), seq: 12 })
  return rotated().remove('audit.jsonl.2').append('audit.jsonl', `${line}\n`)
}

function wrongRoot(): LogFolder {
  return beforeDeletion(0, 3, rootOfFirst(5)).remove('audit.jsonl.2')
}

function deletedTooEarly(): LogFolder {
  return LogFolder.sealed({
    records: [...rotatedRecords(), retentionDeleted(12, 0, 3, rootOfFirst(4))],
    files: [4, 4, 5],
    checkpoints: [4, 8, 12],
  }).remove('audit.jsonl.2')
}

function checkpointsRolledBack(): LogFolder {
  const log = small()
  return log.editNotes(notes => notes.slice(0, -1)).put('seal/checkpoint', log.notes.at(-2) ?? '')
}

function forked(): LogFolder {
  return LogFolder.sealed({ records: work(7).toSpliced(4, 1), checkpoints: [3, 6] })
}

function anotherLog(): LogFolder {
  return LogFolder.sealed({ records: work(7), origin: OTHER_ORIGIN })
}

function foreignLog(): LogFolder {
  return LogFolder.sealed({ records: work(7), origin: OTHER_ORIGIN, signersAt: () => [FOREIGN_KEY] })
}

function secondWriterEmptied(): LogFolder {
  return rotated().include('writers/w2', example().remove('audit.jsonl'))
}

function secondWriterEdited(): LogFolder {
  const edited = example().editLines('audit.jsonl', lines => lines.with(1, (lines[1] ?? '').replace('true', 'false')))
  return rotated().include('writers/w2', edited)
}
