import { existsSync, renameSync } from 'node:fs'
import { expect } from 'chai'
import type { Journal } from '../../src/journal/journal.ts'
import { appendAll, expectGapless, head, nextTurn, type TestLog, useTestLogs } from './support/test-logs.ts'

const LINE_BYTES = 19

describe('deleting the oldest backups', () => {
  const newLog = useTestLogs()

  /** A journal whose owner records deletions, as the pipeline does. */
  function openRecording(log: TestLog, maxBackups: number): Journal {
    const journal: Journal = log.open({
      maxFileBytes: 4 * LINE_BYTES,
      maxBackups,
      onNotice: notice => {
        log.notices.push(notice)
        if (notice.kind !== 'backup-deleted') return
        expect(existsSync(notice.file), 'still there when it is announced').to.equal(true)
        journal.append(head(`deleted ${notice.firstSeq}-${notice.lastSeq}`))
      },
    })
    return journal
  }

  it('is announced with the first and last seq, and carried out after the commit that covers the announcement', async () => {
    const log = newLog()
    const journal = openRecording(log, 1)
    appendAll(journal, '0', '1', '2', '3', '4', '5', '6', '7', '8')
    await journal.commit()
    expect(log.kinds()).to.deep.equal(['backup-deleted'])
    expect(log.notice('backup-deleted')).to.include({ file: log.path('audit.jsonl.2'), firstSeq: 0, lastSeq: 3 })
    expect(existsSync(log.path('audit.jsonl.2'))).to.equal(true)
    await journal.commit()
    expect(log.ids()).to.deep.equal(['4', '5', '6', '7', '8', 'deleted 0-3'])
    expectGapless(log.records(), 4)
    await journal.commit()
    expect(log.kinds()).to.deep.equal(['backup-deleted'])
  })

  it('hits the announced file, also when it was renamed by a rotation meanwhile', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: LINE_BYTES, maxBackups: 2 })
    appendAll(journal, '0', '1', '2', '3')
    await journal.commit()
    expect(log.notice('backup-deleted').firstSeq).to.equal(0)
    appendAll(journal, '4', '5')
    await nextTurn()
    await journal.commit()
    const left = log.ids()
    expect(left).to.not.include('0')
    expect(left).to.include.members(['3', '4', '5'])
    expectGapless(log.records(), log.records()[0]?.seq)
  })

  it('does not come with a commit that began before the announcement', async () => {
    const log = newLog()
    const journal = openRecording(log, 1)
    appendAll(journal, '0', '1', '2', '3', '4', '5', '6', '7', '8')
    const inFlight = journal.commit()
    expect(journal.commitSync()).to.equal(true)
    expect(log.kinds()).to.deep.equal(['backup-deleted'])
    await inFlight
    expect(existsSync(log.path('audit.jsonl.2'))).to.equal(true)
    await journal.commit()
    expect(existsSync(log.path('audit.jsonl.2'))).to.equal(false)
    expectGapless(log.records(), 4)
  })

  it('works with no backups at all', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: LINE_BYTES, maxBackups: 0 })
    appendAll(journal, '0', '1', '2')
    await journal.commit()
    await journal.commit()
    expect(log.ids()).to.deep.equal(['2'])
    appendAll(journal, '3')
    await journal.close()
    expect(log.ids()).to.deep.equal(['2', '3'])
  })

  it('is announced again after a restart that came in between', async () => {
    const log = newLog()
    const first = log.open({ maxFileBytes: LINE_BYTES, maxBackups: 1 })
    appendAll(first, '0', '1', '2')
    await first.close()
    expect(log.ids()).to.deep.equal(['0', '1', '2'])
    const second = log.open({ maxBackups: 1 })
    log.notices.length = 0
    await second.commit()
    expect(log.kinds()).to.deep.equal(['backup-deleted'])
    await second.commit()
    expect(log.ids()).to.deep.equal(['1', '2'])
  })

  it('counts by suffix: a gap means that fewer are kept, never that one is forgotten', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: LINE_BYTES, maxBackups: 3 })
    appendAll(journal, '0', '1')
    await journal.commit()
    renameSync(log.path('audit.jsonl.1'), log.path('audit.jsonl.9'))
    await journal.commit()
    await journal.commit()
    expect(log.ids()).to.deep.equal(['1'])
  })
})
