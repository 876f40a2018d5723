import { closeSync, openSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import type { Journal, JournalOptions } from '../../src/journal/journal.ts'
import { readLineFacts } from '../../src/journal/line-facts.ts'
import { RetentionFloor } from '../../src/journal/retention-floor.ts'
import { DAY_MILLIS, useRetentionFolders } from './support/retention-folder.ts'
import { appendAll, eventually, expectGapless, head, nextTurn, type TestLog, useTestLogs } from './support/test-logs.ts'

const LINE_BYTES = 19

describe('the floor of retention', () => {
  const newFolder = useRetentionFolders()
  const newLog = useTestLogs()

  describe('takes for the age of a file', () => {
    /** Days until when a file is held under a floor of ten days; 0 when it is not. */
    function heldFor(mtimeDays: number, record: Record<string, unknown>): number {
      const folder = newFolder()
      folder.layOut([JSON.stringify(record)])
      folder.age('audit.jsonl', mtimeDays)
      const fd = openSync(folder.path('audit.jsonl'), 'r')
      try {
        const until = new RetentionFloor(10).heldUntil(fd, readLineFacts(Buffer.from(JSON.stringify(record))))
        return until === undefined ? 0 : Math.round((until - Date.now()) / DAY_MILLIS)
      } finally {
        closeSync(fd)
      }
    }

    const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MILLIS).toISOString()

    it('the later of the time of its newest record and mtime', () => {
      expect(heldFor(20, { timestamp: daysAgo(4) })).to.equal(6)
      expect(heldFor(4, { timestamp: daysAgo(20) })).to.equal(6)
      expect(heldFor(20, { timestamp: daysAgo(11) })).to.equal(0)
    })

    it('Kansa’s own time of the record, not one that a caller gave', () => {
      expect(heldFor(20, { timestamp: daysAgo(1), observed_timestamp: daysAgo(4) })).to.equal(6)
    })

    it('mtime alone where the record has no time', () => {
      for (const timestamp of [undefined, 'yesterday', 7]) expect(heldFor(4, { timestamp })).to.equal(6)
      expect(heldFor(11, {})).to.equal(0)
    })

    it('no time that lies ahead; where both do, the clock was set back and the file counts as new', () => {
      expect(heldFor(4, { timestamp: '2999-01-01T00:00:00.000Z' })).to.equal(6)
      expect(heldFor(-400, { timestamp: daysAgo(11) })).to.equal(0)
      expect(heldFor(-400, { timestamp: '2999-01-01T00:00:00.000Z' })).to.equal(10)
    })
  })

  describe('with `grow`', () => {
    it('keeps more than maxBackups files, until they are old enough', () => {
      const folder = newFolder()
      folder.layOut([0, 1], [2, 3], [4, 5], [6, 7])
      const retention = folder.retention({ minRetentionDays: 0.5 })
      folder.age('audit.jsonl.3', 0.6)
      folder.age('audit.jsonl.2', 0.4)
      for (let i = 0; i < 3; i++) retention.afterCommit()
      expect(folder.names()).to.deep.equal(['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.2'])
      folder.age('audit.jsonl.2', 0.6)
      for (let i = 0; i < 2; i++) retention.afterCommit()
      expect(folder.names()).to.deep.equal(['audit.jsonl', 'audit.jsonl.1'])
    })

    it('keeps a younger file in front of an older one too: a log loses its head only', () => {
      const folder = newFolder()
      folder.layOut([0, 1], [2, 3], [4, 5], [6, 7])
      folder.age('audit.jsonl.2', 9)
      const retention = folder.retention({ minRetentionDays: 1 })
      for (let i = 0; i < 3; i++) retention.afterCommit()
      expect(folder.kinds()).to.deep.equal(['retention-held'])
      expect(folder.names()).to.have.length(4)
    })

    it('says so once, with how many files and bytes it is about', () => {
      const folder = newFolder()
      folder.layOut([0, 1], [2, 3], [4, 5], [6, 7])
      const retention = folder.retention({ minRetentionDays: 1 })
      for (let i = 0; i < 3; i++) retention.afterCommit()
      const [notice, ...others] = folder.notices
      const bytes = 4 * '{"id":"x","seq":0}\n'.length
      expect(notice).to.deep.equal({ kind: 'retention-held', dir: folder.dir, maxBackups: 1, count: 2, bytes })
      expect(others).to.deep.equal([])
    })

    it('says so again when there are twice as many, and when it began anew', () => {
      const folder = newFolder()
      const counts = (): number[] =>
        folder.notices.flatMap(notice => (notice.kind === 'retention-held' ? [notice.count] : []))
      const retention = folder.retention({ minRetentionDays: 1 })
      const files: [number, number][] = [[0, 1]]
      for (let backups = 1; backups <= 6; backups++) {
        files.push([2 * backups, 2 * backups + 1])
        folder.layOut(...files)
        retention.afterCommit()
      }
      expect(counts()).to.deep.equal([1, 2, 4])
      for (const name of folder.names()) folder.age(name, 2)
      for (let i = 0; i < 2; i++) retention.afterCommit()
      expect(folder.names()).to.deep.equal(['audit.jsonl', 'audit.jsonl.1'])
      folder.layOut(...files.slice(-2), [14, 15])
      retention.afterCommit()
      expect(counts()).to.deep.equal([1, 2, 4, 1])
    })
  })

  describe('with `block`', () => {
    /** Room for one line per file; records what a deletion announces, as the pipeline does. */
    function openBlocking(log: TestLog, options: Partial<JournalOptions> = {}): Journal {
      const journal: Journal = log.open({
        maxFileBytes: LINE_BYTES,
        maxBackups: 2,
        minRetentionDays: 1,
        onRetentionConflict: 'block',
        onNotice: notice => {
          log.notices.push(notice)
          if (notice.kind === 'backup-deleted') journal.append(head('deleted'))
        },
        ...options,
      })
      return journal
    }

    function backupsOf(log: TestLog): string[] {
      return readdirSync(log.dir).filter(name => name.startsWith('audit.jsonl.'))
    }

    function ageAll(log: TestLog, days: number): void {
      const at = new Date(Date.now() - days * DAY_MILLIS)
      for (const name of backupsOf(log)) utimesSync(log.path(name), at, at)
    }

    it('holds records back instead of making more than maxBackups backups, and says until when and what to do', async () => {
      const log = newLog()
      const journal = openBlocking(log)
      const seqs = appendAll(journal, '0', '1', '2', '3', '4')
      expect(seqs).to.deep.equal([0, 1, 2, 3, 4])
      await nextTurn()
      expect(log.ids()).to.deep.equal(['0', '1', '2'])
      expect(backupsOf(log)).to.have.length(2)
      const failure = await journal.commit().catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(KansaError).with.property('code', 'KANSA_NOT_DURABLE')
      const tomorrow = new Date(Date.now() + DAY_MILLIS).toISOString().slice(0, 10)
      expect(String(failure)).to.contain(`keeps ${log.path('audit.jsonl.2')} until ${tomorrow}`)
      expect(String(failure)).to.contain('maxBackups').and.contain('onRetentionConflict')
      expect(log.kinds().filter(kind => kind === 'write-failed')).to.have.length(1)
      expect(journal.writeNow(), 'an action that must be recorded before is refused').to.equal(false)
    })

    it('refuses and counts what has no place in memory', async () => {
      const log = newLog()
      const journal = openBlocking(log, { maxQueueBytes: 1000 })
      const accepted = Array.from({ length: 100 }, (_, i) => journal.append(head(`${i}`))).filter(seq => seq >= 0)
      expect(journal.refused).to.equal(100 - accepted.length)
      expect(accepted).to.have.length.within(5, 95)
      await nextTurn()
      expect(log.kinds().filter(kind => kind === 'refused')).to.have.length(1)
    })

    it('goes on by itself when the oldest backup is old enough, which is deleted then; nothing is lost', async () => {
      const log = newLog()
      const journal = openBlocking(log, { maxFileBytes: 4 * LINE_BYTES + 4 })
      appendAll(journal, ...Array.from({ length: 14 }, (_, i) => `${i}`))
      await nextTurn()
      expect(journal.writtenThrough).to.equal(11)
      ageAll(log, 2)
      await eventually(() => log.kinds().includes('write-resumed'), 'writing goes on')
      expect(log.notice('write-resumed')).to.include({ refusedCount: 0 })
      appendAll(journal, '14')
      for (let i = 0; i < 3; i++) await journal.commit()
      expect(backupsOf(log)).to.have.length(2)
      expect(log.ids()).to.include.members(['4', '11', '12', '13', '14', 'deleted'])
      expectGapless(log.records(), 4)
    })

    it('writes what waits when the log is closed, whichever way', async () => {
      const ways: ((journal: Journal) => Promise<void>)[] = [
        journal => journal.close(),
        async journal => journal.closeSync(),
      ]
      for (const close of ways) {
        const log = newLog()
        const journal = openBlocking(log)
        appendAll(journal, '0', '1', '2', '3', '4')
        await close(journal)
        expect(log.kinds()).to.not.include('lost')
        expect(log.ids()).to.deep.equal(['0', '1', '2', '3', '4'])
        expect(backupsOf(log)).to.have.length(2)
      }
    })

    it('does not change a thing while the oldest backup is old enough, or there are few', async () => {
      const log = newLog()
      const journal = openBlocking(log, { maxBackups: 3 })
      appendAll(journal, '0', '1', '2', '3')
      await journal.commit()
      ageAll(log, 2)
      appendAll(journal, '4')
      for (let i = 0; i < 2; i++) await journal.commit()
      expect(log.kinds()).to.not.include('write-failed')
      expect(log.ids()[0]).to.equal('1')
    })

    it('holds no records back because of a file that cannot be looked at', async () => {
      const log = newLog()
      const journal = openBlocking(log, { maxBackups: 1 })
      appendAll(journal, '0', '1')
      await journal.commit()
      writeFileSync(log.path('elsewhere'), '')
      rmSync(log.path('audit.jsonl.1'))
      symlinkSync(log.path('elsewhere'), log.path('audit.jsonl.1'))
      appendAll(journal, '2')
      await journal.commit()
      expect(log.kinds()).to.include('retention-failed').and.not.include('write-failed')
      expect(log.text('audit.jsonl')).to.contain('"2"')
    })
  })
})
