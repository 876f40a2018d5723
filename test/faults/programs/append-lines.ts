/**
 * Appends numbered lines turn by turn and says on standard output, at once, what it was promised:
 * `written <id>` when the kernel has a line, `durable <id>` after a commit, `notice <json>`, `refused <count>`.
 */
import { writeSync } from 'node:fs'
import { openJournal } from '../../../src/journal/journal.ts'
import { messageOf } from '../../../src/errors.ts'
import { defaults, head } from '../../journal/support/journal-options.ts'
import type { WriterPlan } from '../support/writer-process.ts'

const plan: WriterPlan = JSON.parse(process.argv[2] ?? '{}')
const journal = openJournal({
  ...defaults(plan.dir),
  ...plan.options,
  firstLines: () => [head('first')],
  onNotice: notice => {
    const error = 'error' in notice ? messageOf(notice.error) : undefined
    say(`notice ${JSON.stringify({ ...notice, error })}`)
    if (notice.kind === 'backup-deleted') journal.append(head(`deleted ${notice.lastSeq}`))
  },
})
say('open')
let lastBeat = performance.now()
let longestBlock = 0
if (plan.reportLag === true) {
  setInterval(() => {
    longestBlock = Math.max(longestBlock, performance.now() - lastBeat - 5)
    lastBeat = performance.now()
  }, 5)
}
const padding = 'x'.repeat(plan.lineBytes ?? 0)
for (let line = 0; line < plan.lines; line++) {
  const id = `${plan.name ?? 'line'}-${line}`
  const seq = journal.append(head(id, { padding }))
  // A line that waits in memory is promised later.
  if (seq >= 0)
    journal.whenWritten(seq).then(
      () => say(`written ${id}`),
      () => {},
    )
  if (line === plan.waitBefore) await untilInputSaysGo()
  const isLastOfTurn = line % (plan.linesPerTurn ?? 1) === 0
  if (isLastOfTurn) await new Promise(resolve => setTimeout(resolve, plan.pauseMillis ?? 0))
  if (plan.commitEvery !== undefined && line % plan.commitEvery === 0) {
    const failure = await journal.commit().catch((error: unknown) => error)
    say(failure === undefined ? `durable ${id}` : `not-durable ${messageOf(failure)}`)
  }
}
const failure = await journal.commit().catch((error: unknown) => error)
say(failure === undefined ? 'durable all' : `not-durable ${messageOf(failure)}`)
say(`refused ${journal.refused}`)
say(`lag ${Math.round(longestBlock)}`)
await journal.close()
say('closed')
process.exit(0)

function say(text: string): void {
  writeSync(1, `${text}\n`)
}

async function untilInputSaysGo(): Promise<void> {
  say('waiting')
  await new Promise(resolve => process.stdin.once('data', resolve))
  process.stdin.destroy()
}
