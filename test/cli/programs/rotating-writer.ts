/**
 * Appends events to a real journal, turn by turn, with a rotation every few lines:
 * `rotating-writer.ts <dir> <first> <last> <lines per file> <pause in ms>`.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { openJournal } from '../../../src/journal/journal.ts'
import { lineText } from '../../journal/reader/support/test-lines.ts'

const [dir = '', ...numbers] = process.argv.slice(2)
const [first = 0, last = 0, linesPerFile = 10, pauseMillis = 1] = numbers.map(Number)

const journal = openJournal({
  dir,
  maxFileBytes: linesPerFile * (lineText(last).length + 1),
  maxBackups: 1000,
  minRetentionDays: 0,
  onRetentionConflict: 'grow',
  minFreeBytes: 0,
  minFreePercent: 0,
  maxQueueBytes: 64 * 1024 * 1024,
  flushIntervalMillis: 200,
  fileMode: 0o600,
  dirMode: 0o700,
  onLocked: 'own-folder',
  instanceId: crypto.randomUUID(),
  origin: undefined,
  signers: undefined,
  firstLines: () => [],
  onNotice: () => {},
})
for (let number = first; number <= last; number++) {
  // The journal gives `seq` itself; the number is in the id.
  journal.append(lineText(number).replace(/,"seq":\d+}$/, ''))
  if (number % 7 === 0) await pause(pauseMillis)
}
await journal.close()
