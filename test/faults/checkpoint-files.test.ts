import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Repair } from '../../src/journal/journal.ts'
import type { LogStatus, ProblemKind } from '../../src/verify/report.ts'
import { appendAll, head, type TestLog, useTestLogs } from '../journal/support/test-logs.ts'
import { expectVerdict } from './support/verified-log.ts'

interface Damage {
  readonly what: string
  readonly spoil: (log: TestLog) => void
  readonly found: readonly [LogStatus, ...ProblemKind[]]
  readonly repairs: readonly Repair['kind'][]
}

/** What becomes whole again, because the other file has it. */
const RESTORED: readonly Damage[] = [
  {
    what: 'that is empty',
    spoil: log => truncateSync(log.path('seal/checkpoint'), 0),
    found: ['tampered', 'changed-checkpoint'],
    repairs: ['checkpoint-restored'],
  },
  {
    what: 'with a wrong bit',
    spoil: log => flipBit(log.path('seal/checkpoint')),
    found: ['tampered', 'changed-checkpoint'],
    repairs: ['checkpoint-restored'],
  },
  {
    what: 'that is gone',
    spoil: log => rmSync(log.path('seal/checkpoint')),
    found: ['tampered', 'missing-checkpoint'],
    repairs: ['checkpoint-restored'],
  },
  {
    what: 'that is one commit older than the last one',
    spoil: log => writeFileSync(log.path('seal/checkpoint'), notesIn(log).at(-2) ?? ''),
    found: ['incomplete', 'unfinished-commit'],
    repairs: ['checkpoint-restored'],
  },
  {
    what: 'that is older still',
    spoil: log => writeFileSync(log.path('seal/checkpoint'), notesIn(log).at(-3) ?? ''),
    found: ['tampered', 'changed-checkpoint'],
    repairs: ['checkpoint-restored'],
  },
  {
    what: 'that is newer than the history',
    spoil: log => writeFileSync(log.path('seal/checkpoints'), join(notesIn(log).slice(0, -1))),
    found: ['tampered', 'changed-checkpoint'],
    repairs: ['checkpoint-restored'],
  },
]

describe('a newest checkpoint', () => {
  const newLog = useTestLogs()

  for (const { what, spoil, found, repairs } of RESTORED) {
    it(`${what}: is not called intact; the next start restores it, says so, and loses nothing`, async () => {
      const log = await sealedLog()
      spoil(log)
      const [status, ...kinds] = found
      await expectVerdict(log.dir, status, kinds)
      const journal = log.open()
      expect(journal.opening).to.include({ nextSeq: 4 })
      expect(journal.opening.repairs.map(({ kind }) => kind)).to.deep.equal(repairs)
      journal.append(head('4'))
      await journal.close()
      expect(log.ids()).to.deep.equal(['0', '1', '2', '3', '4'])
      await expectVerdict(log.dir, 'intact')
    })
  }

  it('that covers more than there is: the records are called missing, also by later verifications', async () => {
    const log = await sealedLog()
    truncateSync(log.path('audit.jsonl'), log.text('audit.jsonl').indexOf('{"id":"2"'))
    await expectVerdict(log.dir, 'tampered', ['truncated-log'])
    const journal = log.open()
    expect(journal.opening.repairs).to.deep.equal([{ kind: 'missing-records', firstSeq: 2, lastSeq: 3 }])
    appendAll(journal, '4')
    await journal.close()
    const { gaps } = await expectVerdict(log.dir, 'tampered', ['missing-line'])
    expect(gaps).to.deep.equal([{ firstSeq: 2, lastSeq: 3 }])
  })

  it('that is gone with the whole history: the log is set aside, and a new one begins', async () => {
    const log = await sealedLog()
    rmSync(log.path('seal/checkpoint'))
    truncateSync(log.path('seal/checkpoints'), 0)
    await expectVerdict(log.dir, 'tampered', ['missing-checkpoint', 'unfinished-commit'])
    const journal = log.open()
    const [repair] = journal.opening.repairs
    appendAll(journal, 'new')
    await journal.close()
    expect(repair?.kind).to.equal('log-set-aside')
    const aside = repair?.kind === 'log-set-aside' ? repair.dir : ''
    expect(log.records(aside).map(({ id }) => id)).to.deep.equal(['0', '1', '2', '3'])
    await expectVerdict(aside, 'tampered', ['missing-checkpoint', 'unfinished-commit'])
    await expectVerdict(log.dir, 'intact')
  })

  /** Four records, each with a commit of its own. */
  async function sealedLog(): Promise<TestLog> {
    const log = newLog()
    const journal = log.open()
    for (let i = 0; i < 4; i++) {
      appendAll(journal, `${i}`)
      await journal.commit()
    }
    await journal.close()
    return log
  }
})

/** Of the history, oldest first. */
function notesIn(log: TestLog): string[] {
  const parts = log.text('seal/checkpoints').split('\n\n').slice(0, -1)
  return Array.from({ length: parts.length / 2 }, (_, at) => `${parts[2 * at]}\n\n${parts[2 * at + 1]}\n`)
}

function join(notes: readonly string[]): string {
  return notes.map(note => `${note}\n`).join('')
}

function flipBit(path: string): void {
  const bytes = readFileSync(path)
  const at = bytes.length - 10
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(path, bytes)
}
