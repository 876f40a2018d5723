// Attacks on the files of the seal.
import { ORIGIN, signedCheckpoint } from '../../../support/sealed-folder.ts'
import { LogFolder } from './log-folder.ts'
import { HARMLESS, KEY, forged, large, retained, rotated, small, vkeyOf } from './logs.ts'
import { work } from './records.ts'
import type { TamperingCase } from './tampering-case.ts'
import { tampered } from './tampering-case.ts'

const TILE = 'seal/tile/0/000.p/6'
const CHANGED_TILE = ['changed-tile']
const CHANGED_CHECKPOINT = ['changed-checkpoint']
const CHANGED_FILE = ['changed-file']
const MISSING_CHECKPOINT = ['missing-checkpoint']

export function sealCases(): TamperingCase[] {
  return [...tileCases(), ...checkpointCases(), ...otherFileCases()]
}

function tileCases(): TamperingCase[] {
  return [
    tampered('tile-missing', 'The tile of the newest checkpoint is gone.', small().remove('seal/tile'), [
      'missing-tile',
    ]),
    tampered(
      'tile-missing-head',
      'The tile with the hashes of deleted records is gone.',
      retained().remove('seal/tile'),
      ['missing-tile'],
    ),
    tampered('tile-beyond', 'There is a tile of more records than there are.', tileBeyond(), CHANGED_FILE),
    tampered('tile-missing-above', 'A tile of the second level is gone.', large().remove('seal/tile/1'), [
      'missing-tile',
    ]),
    tampered(
      'tile-bit',
      'A bit of a tile is flipped.',
      small().put(TILE, flipped(small().bytes(TILE), 40)),
      CHANGED_TILE,
    ),
    tampered('tile-bit-outgrown', 'A bit of an outgrown tile is flipped.', outgrownFlipped(), CHANGED_TILE),
    tampered('tile-bit-head', 'The hash of a deleted record is another.', headFlipped(), CHANGED_TILE),
    tampered(
      'tile-short',
      'A tile has lost its last hash.',
      small().put(TILE, small().bytes(TILE).subarray(0, -32)),
      CHANGED_TILE,
    ),
    tampered('tile-long', 'A tile has a hash too many.', small().append(TILE, Buffer.alloc(32)), CHANGED_TILE),
    tampered(
      'tile-foreign',
      'A tile of another log is in its place.',
      small().takeFrom(otherLog(), 'seal/tile'),
      CHANGED_TILE,
    ),
  ]
}

function checkpointCases(): TamperingCase[] {
  return [
    tampered(
      'seal-removed',
      'There is no seal, but the lines have their seq.',
      small().remove('seal'),
      MISSING_CHECKPOINT,
    ),
    tampered('checkpoints-removed', 'Both files of checkpoints are gone.', withoutCheckpoints(), MISSING_CHECKPOINT),
    tampered(
      'checkpoints-file-removed',
      'seal/checkpoints is gone.',
      small().remove('seal/checkpoints'),
      MISSING_CHECKPOINT,
    ),
    tampered('newest-file-removed', 'seal/checkpoint is gone.', small().remove('seal/checkpoint'), MISSING_CHECKPOINT),
    tampered(
      'first-removed',
      'The checkpoint of the empty log is gone.',
      small().editNotes(notes => notes.slice(1)),
      MISSING_CHECKPOINT,
    ),
    tampered('newest-replaced', 'seal/checkpoint is two checkpoints old.', newestReplaced(), CHANGED_CHECKPOINT),
    tampered(
      'checkpoints-truncated',
      'seal/checkpoints has lost its last one.',
      small().editNotes(notes => notes.slice(0, -1)),
      CHANGED_CHECKPOINT,
    ),
    tampered(
      'checkpoints-swapped',
      'Two checkpoints have changed places.',
      small().editNotes(([a = '', b = '', c = '']) => [a, c, b]),
      ['inconsistent-checkpoint', 'unfinished-commit'],
    ),
    tampered(
      'checkpoint-duplicated',
      'A checkpoint is there twice.',
      small().editNotes(([a = '', b = '', c = '']) => [a, b, b, c]),
      ['inconsistent-checkpoint'],
    ),
    tampered('checkpoint-foreign', 'Among them is one of another log, signed with the same key.', withForeign(), [
      'inconsistent-checkpoint',
    ]),
    tampered('checkpoint-inconsistent', 'The key of the log signed an older history that is another.', inconsistent(), [
      'inconsistent-checkpoint',
    ]),
    tampered(
      'newest-inconsistent',
      'The key of the log signed a newest history that is another.',
      newestInconsistent(),
      ['edited-line'],
    ),
    tampered('checkpoint-too-large', 'The key of the log signed more records than there are.', tooLarge(), [
      'truncated-log',
    ]),
  ]
}

function otherFileCases(): TamperingCase[] {
  const origin = ORIGIN.replace('log', 'lag')
  return [
    tampered('format-origin', 'seal/format has another origin.', small().replace('seal/format', ORIGIN, origin), [
      'inconsistent-checkpoint',
    ]),
    tampered(
      'format-spaces',
      'seal/format is the same JSON with spaces.',
      small().replace('seal/format', ':1,', ': 1,'),
      CHANGED_FILE,
    ),
    tampered('format-removed', 'seal/format is gone.', small().remove('seal/format'), CHANGED_FILE),
    tampered('vkey-linked', 'In place of seal/kansa.vkey stands a link to its bytes.', vkeyLinked(), [
      'changed-checkpoint',
      'changed-file',
    ]),
    tampered(
      'gitignore',
      '.gitignore lets a file through.',
      small().append('.gitignore', '!audit.jsonl\n'),
      CHANGED_FILE,
    ),
    tampered('seal-linked', 'In place of seal/ stands a link to it.', sealLinked(), [
      'changed-file',
      'missing-checkpoint',
    ]),
    tampered('unknown-file', 'An unknown file is in seal/.', small().put('seal/note.txt', 'x\n'), CHANGED_FILE),
    tampered('unknown-tile', 'A file among the tiles is no tile.', small().put('seal/tile/0/00', 'x\n'), CHANGED_FILE),
    tampered(
      'unknown-level',
      'A tile is of a level that no tree has.',
      small().put('seal/tile/64/000', 'x\n'),
      CHANGED_FILE,
    ),
    tampered(
      'unknown-tile-kind',
      'There are tiles of another kind.',
      small().put('seal/tile/data/000', 'x\n'),
      CHANGED_FILE,
    ),
    tampered(
      'vkey-empty',
      'seal/kansa.vkey is empty; the key is pinned.',
      small().put('seal/kansa.vkey', ''),
      CHANGED_FILE,
      { keys: [vkeyOf(KEY)] },
    ),
    {
      name: 'unreadable-newer-format',
      about: 'The folder is of a newer version.',
      log: rotated().replace('seal/format', '"format":1', '"format":2'),
      status: 'unreadable',
      kinds: [],
    },
  ]
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at)
  return copy
}

function outgrownFlipped(): LogFolder {
  const path = 'seal/tile/0/000.p/3'
  return small().put(path, flipped(small().bytes(path), 7))
}

/** In every tile that has it: nothing contradicts it but the signed root. */
function headFlipped(): LogFolder {
  const log = retained()
  for (const width of [4, 8, 12, 13]) {
    const path = `seal/tile/0/000.p/${width}`
    log.put(path, flipped(log.bytes(path), 40))
  }
  return log
}

function tileBeyond(): LogFolder {
  return small().takeFrom(LogFolder.sealed({ records: work(8) }), 'seal/tile')
}

function sealLinked(): LogFolder {
  const log = small()
  for (const path of [...log.files.keys()].filter(each => each.startsWith('seal/'))) log.rename(path, `forward/${path}`)
  return log.link('seal', 'forward/seal')
}

function otherLog(): LogFolder {
  return LogFolder.sealed({ records: work(7).slice(1), checkpoints: [3, 6] })
}

function withoutCheckpoints(): LogFolder {
  return small().remove('seal/checkpoint').remove('seal/checkpoints')
}

function newestReplaced(): LogFolder {
  const log = small()
  return log.put('seal/checkpoint', log.notes[0] ?? '')
}

function withForeign(): LogFolder {
  const foreign = signedCheckpoint(
    small()
      .lines.slice(0, 4)
      .map(line => Buffer.from(line)),
    [KEY],
    'kansa.log/other',
  )
  return small().editNotes(([a = '', b = '', c = '']) => [a, b, String(foreign), c])
}

function inconsistent(): LogFolder {
  const [, other = ''] = forged({ 1: HARMLESS }, KEY).notes
  return small().editNotes(([a = '', , c = '']) => [a, other, c])
}

function newestInconsistent(): LogFolder {
  const other = forged({ 4: HARMLESS }, KEY).notes.at(-1) ?? ''
  return small().editNewestNote(() => other)
}

function tooLarge(): LogFolder {
  const other = LogFolder.sealed({ records: work(8), checkpoints: [3, 6, 8] })
  return small().takeFrom(other, 'seal')
}

function vkeyLinked(): LogFolder {
  const elsewhere = 'audit.jsonl.corrupt-2026-11-22T101530.000Z-1'
  return small().rename('seal/kansa.vkey', elsewhere).link('seal/kansa.vkey', `../${elsewhere}`)
}
