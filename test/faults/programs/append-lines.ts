/**
 * Appends numbered lines turn by turn and says on standard output, at once, what it was promised:
 * `written <id>` when the kernel has a line, `durable <id>` or `not-durable <code> <message>` after a commit,
 * `notice <json>`, `refused <count>`.
 */
import type { BackupDeleted } from '../../../src/journal/notices.ts'
import { openJournal } from '../../../src/journal/journal.ts'
import { KansaError, messageOf } from '../../../src/errors.ts'
import { defaults, head } from '../../journal/support/journal-options.ts'
import { retentionDeleted } from '../../support/sealed-folder.ts'
import type { WriterPlan } from '../support/writer-process.ts'
import { say } from './say.ts'

const plan: WriterPlan = JSON.parse(process.argv[2] ?? '{}')
const journal = openJournal({
  ...defaults(plan.dir),
  ...plan.options,
  firstLines: () => [head('first')],
  onNotice: notice => {
    const error = 'error' in notice ? messageOf(notice.error) : undefined
    say(`notice ${JSON.stringify({ ...notice, error })}`)
    if (notice.kind === 'backup-deleted') announce(notice)
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
  if (plan.commitEvery !== undefined && line % plan.commitEvery === 0) await commit(id)
}
await commit('all')
say(`refused ${journal.refused}`)
say(`lag ${Math.round(longestBlock)}`)
await journal.close()
say('closed')
process.exit(0)

/** As the pipeline does. */
function announce({ file, firstSeq = -1, lastSeq = -1, root = '' }: BackupDeleted): void {
  journal.append(JSON.stringify(retentionDeleted(file, firstSeq, lastSeq, root)).slice(0, -1))
}

async function commit(through: string): Promise<void> {
  try {
    await journal.commit()
    say(`durable ${through}`)
  } catch (error) {
    const code = error instanceof KansaError ? error.code : ''
    say(`not-durable ${code} ${messageOf(error)}`)
  }
}

async function untilInputSaysGo(): Promise<void> {
  say('waiting')
  await new Promise(resolve => process.stdin.once('data', resolve))
  process.stdin.destroy()
}
