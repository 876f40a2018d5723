import { existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { expect } from 'chai'
import type { Journal } from '../../src/journal/journal.ts'
import { encodeBase64 } from '../../src/seal/base64.ts'
import { GrowingTree } from '../../src/seal/growing-tree.ts'
import { useRetentionFolders } from './support/retention-folder.ts'
import { appendAll, expectGapless, head, nextTurn, type TestLog, useTestLogs } from './support/test-logs.ts'

const LINE_BYTES = 19

describe('deleting the oldest backups', () => {
  const newLog = useTestLogs()
  const newFolder = useRetentionFolders()

  /** A journal whose owner records deletions, as the pipeline does. */
  function openRecording(log: TestLog, maxBackups: number, maxFileBytes = 4 * LINE_BYTES): Journal {
    const journal: Journal = log.open({
      maxFileBytes,
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

  function announcements(log: TestLog): number {
    return log.kinds().filter(kind => kind === 'backup-deleted').length
  }

  it('is announced with the first and last seq and the root, and carried out when a checkpoint covers that', async () => {
    const log = newLog()
    const journal = openRecording(log, 1)
    appendAll(journal, '0', '1', '2', '3', '4', '5', '6', '7', '8')
    await journal.commit()
    expect(announcements(log)).to.equal(1)
    const tree = new GrowingTree()
    for (const line of log.text('audit.jsonl.2').split('\n').slice(0, -1)) tree.append(Buffer.from(line))
    const root = encodeBase64(tree.root())
    expect(log.notice('backup-deleted')).to.include({ file: log.path('audit.jsonl.2'), firstSeq: 0, lastSeq: 3, root })
    expect(existsSync(log.path('audit.jsonl.2'))).to.equal(true)
    await journal.commit()
    expect(log.ids()).to.deep.equal(['4', '5', '6', '7', '8', 'deleted 0-3'])
    expectGapless(log.records(), 4)
    expect(Number(readFileSync(log.path('seal/checkpoint'), 'utf8').split('\n')[1])).to.be.at.least(10)
    await journal.commit()
    expect(announcements(log)).to.equal(1)
  })

  it('hits the announced file, also when it was renamed by a rotation meanwhile', async () => {
    const log = newLog()
    const journal = openRecording(log, 2, LINE_BYTES)
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
    expect(announcements(log)).to.equal(1)
    await inFlight
    expect(existsSync(log.path('audit.jsonl.2'))).to.equal(true)
    await journal.commit()
    expect(existsSync(log.path('audit.jsonl.2'))).to.equal(false)
    expectGapless(log.records(), 4)
  })

  it('works with no backups at all', async () => {
    const log = newLog()
    const journal = openRecording(log, 0)
    appendAll(journal, '0', '1', '2', '3', '4')
    await journal.commit()
    await journal.commit()
    expect(log.ids()).to.deep.equal(['4', 'deleted 0-3'])
    appendAll(journal, '5')
    await journal.close()
    expect(log.ids()).to.deep.equal(['4', 'deleted 0-3', '5'])
  })

  it('is announced again after a restart that came in between', async () => {
    const log = newLog()
    const first = log.open({ maxFileBytes: LINE_BYTES, maxBackups: 1 })
    appendAll(first, '0', '1', '2')
    await first.close()
    expect(log.ids()).to.deep.equal(['0', '1', '2'])
    const second = openRecording(log, 1, 1000)
    log.notices.length = 0
    await second.commit()
    expect(announcements(log)).to.equal(1)
    await second.commit()
    expect(log.ids()).to.deep.equal(['1', '2', 'deleted 0-0'])
  })

  it('is not announced where nothing can be recorded any more: the next start goes on', async () => {
    const folder = newFolder()
    folder.layOut([0, 1], [2, 3], [4, 5])
    let isOpen = false
    const retention = folder.retention({ isOpen: () => isOpen })
    retention.afterCommit()
    expect([folder.kinds(), retention.isWaiting]).to.deep.equal([[], false])
    isOpen = true
    retention.afterCommit()
    expect([folder.kinds(), retention.isWaiting]).to.deep.equal([['backup-deleted'], true])
  })

  it('waits for the checkpoint that covers all records of the file', () => {
    const folder = newFolder()
    folder.layOut([0, 9], [10, 19], [20, 29])
    const retention = folder.retention()
    retention.afterCommit(8)
    expect(folder.kinds()).to.deep.equal([])
    retention.afterCommit(9)
    expect(folder.announced()).to.have.length(1)
    expect(folder.announced()[0]).to.include({ firstSeq: 0, lastSeq: 9, root: 'root of 10' })
    retention.afterCommit(29)
    expect(folder.names(), 'the announcement is record 30').to.include('audit.jsonl.2')
    retention.afterCommit(30)
    expect(folder.names()).to.deep.equal(['audit.jsonl', 'audit.jsonl.1'])
    expect(retention.isWaiting).to.equal(false)
  })

  it('does not happen while nobody knows the root; that is told once', () => {
    const folder = newFolder()
    folder.layOut([0, 1], [2, 3], [4, 5])
    let root: string | undefined
    const retention = folder.retention({ rootAt: () => root })
    for (let i = 0; i < 3; i++) retention.afterCommit()
    expect(folder.kinds()).to.deep.equal(['retention-failed'])
    root = 'found again'
    retention.afterCommit()
    retention.afterCommit()
    expect(folder.announced().map(notice => notice.root)).to.deep.equal(['found again'])
    expect(folder.names()).to.deep.equal(['audit.jsonl', 'audit.jsonl.1'])
  })

  it('does not happen when the announcement found no place in the log: it is announced again', () => {
    const folder = newFolder()
    folder.layOut([0, 1], [2, 3], [4, 5])
    const retention = folder.retention()
    folder.isRecorded = false
    for (let i = 0; i < 3; i++) retention.afterCommit()
    expect(folder.names()).to.include('audit.jsonl.2')
    folder.isRecorded = true
    retention.afterCommit()
    retention.afterCommit()
    expect(folder.names()).to.not.include('audit.jsonl.2')
    expect(folder.announced()).to.have.length(4)
  })

  it('goes from the oldest on, and stops at one that cannot be deleted: a log loses its head only', () => {
    const folder = newFolder()
    folder.layOut([0, 1], [2, 3], [4, 5], [6, 7])
    renameSync(folder.path('audit.jsonl.3'), folder.path('away'))
    symlinkSync(folder.path('away'), folder.path('audit.jsonl.3'))
    const retention = folder.retention()
    for (let i = 0; i < 3; i++) retention.afterCommit()
    expect(folder.kinds()).to.deep.equal(['retention-failed'])
    rmSync(folder.path('audit.jsonl.3'))
    renameSync(folder.path('away'), folder.path('audit.jsonl.3'))
    retention.afterCommit()
    expect(folder.announced().map(({ firstSeq }) => firstSeq)).to.deep.equal([0, 2])
    retention.afterCommit()
    expect(folder.names()).to.deep.equal(['audit.jsonl', 'audit.jsonl.1'])
  })

  it('counts files, not suffixes: renaming one far back deletes nothing', () => {
    const folder = newFolder()
    folder.layOut([0, 1], [2, 3], [4, 5])
    renameSync(folder.path('audit.jsonl.2'), folder.path('audit.jsonl.900'))
    const retention = folder.retention({ maxBackups: 2 })
    for (let i = 0; i < 3; i++) retention.afterCommit()
    expect([folder.kinds(), folder.names()]).to.deep.equal([[], ['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.900']])
  })

  it('refuses a file that only claims to be the oldest: no record excuses that the real ones are gone', () => {
    for (const [forged, objection] of [
      [[0, 3], 'begins with record 0'],
      [[0, 9999], 'never written'],
    ] as const) {
      const folder = newFolder()
      folder.layOut([0, 3], [4, 7])
      const { lastSeq } = folder
      folder.write('audit.jsonl.50', forged)
      folder.lastSeq = lastSeq
      const retention = folder.retention()
      for (let i = 0; i < 3; i++) retention.afterCommit()
      expect(folder.kinds()).to.deep.equal(['retention-failed'])
      const [notice] = folder.notices
      expect(notice?.kind === 'retention-failed' && String(notice.error)).to.contain(objection)
      expect(folder.names()).to.include('audit.jsonl.50')
    }
  })

  it('excuses no records with a file of another program, which has none', () => {
    const folder = newFolder()
    folder.layOut(['{"level":"info"}'], [0, 3], [4, 7])
    const retention = folder.retention()
    retention.afterCommit()
    expect(folder.announced()[0]).to.include({ firstSeq: undefined, lastSeq: undefined, root: undefined })
    retention.afterCommit()
    expect(folder.names()).to.deep.equal(['audit.jsonl', 'audit.jsonl.1'])
  })
})
