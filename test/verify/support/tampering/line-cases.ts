// Attacks on the lines of a file.
import { ACTIVE, LogFolder } from './log-folder.ts'
import { HARMLESS, KEY, forged, large, retained, rotated, small, unsealed } from './logs.ts'
import { work } from './records.ts'
import type { TamperingCase } from './tampering-case.ts'
import { tampered } from './tampering-case.ts'
import { afterOtherProgram } from './untouched-cases.ts'

const EDITED = ['edited-line']

export function lineCases(): TamperingCase[] {
  const editAt = (at: number, old: string, by: string): LogFolder =>
    edit(lines => lines.with(at, replaced(lines[at], old, by)))
  return [
    tampered('edited', 'One word of a line is another.', editAt(3, 'ls', 'id'), EDITED),
    tampered(
      'edited-first',
      'The first line is another.',
      editAt(0, 'AuditStarted","source', 'AuditStopped","source'),
      EDITED,
    ),
    tampered('edited-last', 'The last line is another.', editAt(5, '"success":true', '"success":false'), EDITED),
    tampered('edited-in-backup', 'A line of a backup is another.', editedBackup(), EDITED),
    tampered('edited-length-kept', 'One digit is another.', editAt(3, '"duration_ms":5', '"duration_ms":6'), EDITED),
    tampered('edited-large', 'A line whose hash is in a full tile is another.', editedLarge(), EDITED),
    tampered('edited-seq', 'A line claims another seq.', editAt(3, '"seq":3', '"seq":7'), EDITED),
    tampered('reserialised', 'The same JSON with other spaces.', editAt(3, '{"id":', '{ "id": '), EDITED),
    tampered('keys-reordered', 'The same JSON, its keys in another order.', edit(reordered), EDITED),
    tampered(
      'crlf',
      'Line breaks of Windows.',
      edit(lines => lines.map(line => `${line}\r`)),
      ['foreign-file'],
    ),
    tampered(
      'byte-order-mark',
      'A byte order mark is at the start of the file.',
      edit(lines => lines.with(0, `\u{feff}${lines[0]}`)),
      EDITED,
    ),
    tampered('null-byte', 'A NUL byte is in a line.', editAt(1, '"shell"', '"shell\0"'), EDITED),
    tampered('trailing-space', 'A space is at the end of a line.', editAt(2, '"seq":2}', '"seq":2} '), EDITED),
    tampered(
      'deleted-first',
      'The first line is gone.',
      edit(lines => lines.slice(1)),
      ['missing-head'],
    ),
    tampered(
      'deleted-middle',
      'A line in the middle is gone.',
      edit(lines => lines.toSpliced(2, 1)),
      ['missing-line'],
    ),
    tampered(
      'deleted-last',
      'The last line is gone.',
      edit(lines => lines.slice(0, -1)),
      ['truncated-log'],
    ),
    tampered(
      'deleted-all',
      'The file is empty.',
      edit(() => []),
      ['truncated-log'],
    ),
    tampered(
      'blanked',
      'A line is empty.',
      edit(lines => lines.with(2, '')),
      ['edited-line'],
    ),
    tampered(
      'deleted-in-backup',
      'A line in the middle of a backup is gone.',
      backup(lines => lines.toSpliced(1, 1)),
      ['missing-line'],
    ),
    tampered(
      'truncated-head',
      'The oldest file has lost its first lines.',
      oldest(lines => lines.slice(2)),
      ['missing-head'],
    ),
    tampered(
      'truncated-middle',
      'A backup has lost its last lines.',
      backup(lines => lines.slice(0, 2)),
      ['missing-line'],
    ),
    tampered(
      'truncated-tail',
      'The newest file has lost its last lines.',
      rotated().editLines(ACTIVE, lines => lines.slice(0, 1)),
      ['truncated-log'],
    ),
    tampered(
      'truncated-within-line',
      'The file ends within a sealed line.',
      small().put(ACTIVE, small().bytes(ACTIVE).subarray(0, -20)),
      EDITED,
    ),
    tampered('inserted', 'A line of somebody else is among the others, with a seq that is taken.', edit(inserted), [
      'inserted-line',
    ]),
    tampered(
      'line-break-cut',
      'The line break at the end is gone.',
      small().put(ACTIVE, small().bytes(ACTIVE).subarray(0, -1)),
      EDITED,
    ),
    tampered(
      'other-program-changed',
      'A line more is in the journal of another program that was there before.',
      otherProgramChanged(),
      ['foreign-file'],
    ),
    tampered(
      'inserted-without-seq',
      'A line without seq is among the others.',
      edit(lines => lines.toSpliced(3, 0, '{"id":"x"}')),
      ['inserted-line'],
    ),
    tampered(
      'inserted-empty',
      'An empty line is among the others.',
      edit(lines => lines.toSpliced(3, 0, '')),
      ['inserted-line'],
    ),
    tampered(
      'inserted-first',
      'A line is before the first one.',
      edit(lines => ['{"id":"x"}', ...lines]),
      ['inserted-line'],
    ),
    tampered(
      'inserted-behind',
      'A line with a seq that is sealed is behind all others.',
      edit(lines => [...lines, spliced(lines[2])]),
      ['inserted-line'],
    ),
    tampered(
      'duplicated',
      'A line is there twice, one behind the other.',
      edit(lines => lines.toSpliced(3, 0, lines[2] ?? '')),
      ['duplicated-line'],
    ),
    tampered(
      'duplicated-behind',
      'A line is there again, behind all others.',
      edit(lines => [...lines, lines[2] ?? '']),
      ['duplicated-line'],
    ),
    tampered(
      'duplicated-in-tail',
      'A sealed line is there again among those that are not sealed.',
      duplicatedInTail(),
      ['duplicated-line', 'unsealed-tail'],
    ),
    tampered(
      'swapped',
      'Two lines have changed places.',
      edit(([a = '', b = '', ...rest]) => [b, a, ...rest]),
      ['moved-line'],
    ),
    tampered(
      'moved',
      'A line is further down.',
      edit(lines => lines.toSpliced(1, 1).toSpliced(3, 0, lines[1] ?? '')),
      ['moved-line'],
    ),
    tampered(
      'moved-last',
      'A line is behind all others.',
      edit(lines => [...lines.toSpliced(1, 1), lines[1] ?? '']),
      ['moved-line'],
    ),
    tampered('moved-to-another-file', 'A line of a backup is in the active file.', movedToActive(), ['moved-line']),
    tampered(
      'reversed',
      'The lines are in reverse.',
      edit(lines => lines.toReversed()),
      ['moved-line'],
    ),
    tampered('edited-tiles-too', 'A line is another, and the tiles fit it.', editedWithTiles(), EDITED),
    tampered('deleted-tiles-too', 'A line is gone, the others are renumbered, and the tiles fit.', deletedWithTiles(), [
      'missing-tile',
      'truncated-log',
    ]),
    tampered(
      'edited-and-deleted',
      'A line is another, and one is gone.',
      edit(lines => lines.with(1, spliced(lines[1])).toSpliced(3, 1)),
      ['edited-line', 'missing-line'],
    ),
    tampered('deletion-edited', 'The record about a deletion says another number.', deletionEdited(), [
      'edited-line',
      'missing-head',
    ]),
  ]
}

function edit(change: (lines: string[]) => readonly string[]): LogFolder {
  return small().editLines(ACTIVE, change)
}

function backup(change: (lines: string[]) => readonly string[]): LogFolder {
  return rotated().editLines('audit.jsonl.1', change)
}

function oldest(change: (lines: string[]) => readonly string[]): LogFolder {
  return rotated().editLines('audit.jsonl.2', change)
}

function replaced(line: string | undefined, old: string, by: string): string {
  if (line?.includes(old) !== true) throw new Error(`no ${old} in ${line}`)
  return line.replace(old, by)
}

/** A line of the same seq that says something else. */
function spliced(line: string | undefined): string {
  const isToolCall = line?.includes('"ToolCall"') === true
  return isToolCall ? replaced(line, '"success":true', '"success":false') : replaced(line, '"chat"', '"embeddings"')
}

function inserted(lines: string[]): string[] {
  return lines.toSpliced(3, 0, spliced(lines[2]))
}

function reordered(lines: string[]): string[] {
  const { seq, ...rest } = JSON.parse(lines[2] ?? '')
  const { id, ...others } = rest
  return lines.with(2, JSON.stringify({ ...others, id, seq }))
}

function editedBackup(): LogFolder {
  return backup(lines => lines.with(2, spliced(lines[2])))
}

function editedLarge(): LogFolder {
  const change = (line = ''): string => replaced(line, '"tokens_consumed":253', '"tokens_consumed":25')
  return large().editLines(ACTIVE, lines => lines.with(1, change(lines[1])))
}

function otherProgramChanged(): LogFolder {
  return afterOtherProgram().append('audit.jsonl.1', '{"event":"stop"}\n')
}

function duplicatedInTail(): LogFolder {
  return unsealed(8, 6).editLines(ACTIVE, lines => lines.toSpliced(7, 0, lines[2] ?? ''))
}

function movedToActive(): LogFolder {
  const [moved = ''] = rotated().lines.slice(6, 7)
  return backup(lines => lines.toSpliced(2, 1)).editLines(ACTIVE, lines => lines.toSpliced(1, 0, moved))
}

/** Whoever does not have the key can change everything but the checkpoints. */
function editedWithTiles(): LogFolder {
  const other = forged({ 4: HARMLESS }, KEY)
  return small().takeFrom(other, ACTIVE).takeFrom(other, 'seal/tile')
}

function deletedWithTiles(): LogFolder {
  const records = work(6).toSpliced(4, 1)
  const other = LogFolder.sealed({ records, checkpoints: [3, 5] })
  return small().takeFrom(other, ACTIVE).takeFrom(other, 'seal/tile')
}

function deletionEdited(): LogFolder {
  return retained().editLines(ACTIVE, lines => lines.with(4, replaced(lines[4], '"last_seq":"3"', '"last_seq":"5"')))
}
