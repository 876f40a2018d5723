// What a crash between two steps of a commit leaves, or a writer at work: nothing is wrong, and not everything is sealed.
import { LogFolder } from './log-folder.ts'
import { NEXT_KEY, small, unsealed, vkeyOf } from './logs.ts'
import { toolCall, work } from './records.ts'
import type { TamperingCase } from './tampering-case.ts'
import { incomplete } from './tampering-case.ts'

const TORN = '{"id":"01a2035c-0b5a-7000-8000-000000000006","timest'

export function crashCases(): TamperingCase[] {
  return [
    incomplete('unsealed-tail', 'Two lines are behind the newest checkpoint.', unsealed(8, 6), ['unsealed-tail']),
    incomplete('nothing-sealed', 'There are lines; only the empty log is sealed.', nothingSealed(), ['unsealed-tail']),
    incomplete('unsealed-file', 'The newest checkpoint is older than the last rotation.', unsealedFile(), [
      'unsealed-tail',
    ]),
    incomplete('torn-line', 'The last line has no end.', small().append('audit.jsonl', TORN), ['torn-line']),
    incomplete(
      'torn-line-unsealed',
      'So it is behind lines that are not sealed.',
      unsealed(8, 6).append('audit.jsonl', TORN),
      ['torn-line', 'unsealed-tail'],
    ),
    incomplete(
      'nul-bytes',
      'The file has its length, but not its last bytes.',
      small().append('audit.jsonl', Buffer.alloc(64)),
      ['torn-line'],
    ),
    incomplete(
      'garbage',
      'Lines that are no records are behind the newest checkpoint.',
      small().append('audit.jsonl', 'x\n\ny\n'),
      ['torn-line'],
    ),
    incomplete('checkpoint-behind', 'The note was appended, seal/checkpoint not replaced.', checkpointBehind(), [
      'unfinished-commit',
    ]),
    incomplete('checkpoint-torn', 'Half a note is at the end of seal/checkpoints.', checkpointTorn(), [
      'unfinished-commit',
      'unsealed-tail',
    ]),
    incomplete('separator-torn', 'Only the empty line behind the last note is missing.', separatorTorn(), [
      'unfinished-commit',
      'unsealed-tail',
    ]),
    incomplete(
      'first-checkpoint',
      'The first checkpoint was appended, seal/checkpoint not written yet.',
      firstCheckpoint(),
      ['unfinished-commit'],
    ),
    incomplete('tiles-ahead', 'The tiles of the next checkpoint are stored already.', tilesAhead(), ['unsealed-tail']),
    incomplete('tiles-torn', 'A tile of the next checkpoint is stored in part.', tilesTorn(), ['unsealed-tail']),
    incomplete('another-program', 'Lines without seq, and no seal: a journal that is none of ours.', anotherProgram(), [
      'unsealed-journal',
    ]),
    incomplete('tiles-nul', 'A tile of the next checkpoint has its length, but not its bytes.', tilesNul(), [
      'unsealed-tail',
    ]),
    incomplete('tiles-outgrown', 'Only the wider tile is there; it has the hashes of the narrower one.', outgrown(), [
      'unsealed-tail',
    ]),
    incomplete(
      'checkpoints-empty',
      'seal/checkpoints is made, and nothing is in it yet.',
      noCheckpoint().put('seal/checkpoints', ''),
      ['unfinished-commit'],
    ),
    incomplete('no-checkpoint-yet', 'The first start ended before the first checkpoint.', noCheckpoint(), [
      'unfinished-commit',
    ]),
    incomplete('no-format-yet', 'The first start ended before seal/format was in place.', noFormat(), [
      'unfinished-commit',
    ]),
    incomplete('new-key-published', 'The next key is in seal/kansa.vkey, and has not signed yet.', newKeyPublished(), [
      'unfinished-commit',
    ]),
  ]
}

function nothingSealed(): LogFolder {
  return LogFolder.sealed({ records: work(3), checkpoints: [] })
}

function unsealedFile(): LogFolder {
  return LogFolder.sealed({ records: work(9), files: [4, 5], checkpoints: [3] })
}

function checkpointBehind(): LogFolder {
  const log = small()
  return log.put('seal/checkpoint', log.notes.at(-2) ?? '')
}

function checkpointTorn(): LogFolder {
  const log = small()
  const all = log.text('seal/checkpoints')
  return log.put('seal/checkpoints', all.slice(0, -60)).put('seal/checkpoint', log.notes.at(-2) ?? '')
}

function separatorTorn(): LogFolder {
  const log = small()
  const all = log.text('seal/checkpoints')
  return log.put('seal/checkpoints', all.slice(0, -1)).put('seal/checkpoint', log.notes.at(-2) ?? '')
}

function firstCheckpoint(): LogFolder {
  return LogFolder.sealed({ records: [] }).remove('seal/checkpoint')
}

function tilesAhead(): LogFolder {
  return unsealed(8, 6).takeFrom(LogFolder.sealed({ records: work(8), checkpoints: [3, 6, 8] }), 'seal/tile')
}

function tilesTorn(): LogFolder {
  const log = tilesAhead()
  return log.put('seal/tile/0/000.p/8', log.bytes('seal/tile/0/000.p/8').subarray(0, 100))
}

function tilesNul(): LogFolder {
  return tilesAhead().put('seal/tile/0/000.p/8', Buffer.alloc(256))
}

function outgrown(): LogFolder {
  return unsealed(8, 6).takeFrom(LogFolder.sealed({ records: work(8) }), 'seal/tile')
}

function noCheckpoint(): LogFolder {
  return LogFolder.sealed({ records: [] }).remove('seal/checkpoint').remove('seal/checkpoints')
}

function noFormat(): LogFolder {
  return noCheckpoint()
    .remove('seal/kansa.vkey')
    .rename('seal/format', 'seal/format.tmp-6f0e8e1c-2d35-4c0b-9b0e-0d3f0f3a7c11')
}

function newKeyPublished(): LogFolder {
  return small().append('seal/kansa.vkey', `${vkeyOf(NEXT_KEY)}\n`)
}

/** The shape of a line of ours, without `seq`. */
export function anotherProgram(): LogFolder {
  const log = LogFolder.sealed({ records: [] }).remove('seal').remove('.gitignore')
  return log.put('audit.jsonl', [1, 2].map(n => `${JSON.stringify(toolCall(n))}\n`).join(''))
}
