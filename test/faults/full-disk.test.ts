import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import { listLogFiles } from '../../src/journal/layout.ts'
import { eventually, expectGapless, head, nextTurn, recordsOf, useTestLogs } from '../journal/support/test-logs.ts'
import { canMount, fillUp, withTmpfs } from './support/tmpfs.ts'
import { expectAsFound, expectVerdict } from './support/verified-log.ts'

const TEXT = 'x'.repeat(1000)

describe('a full disk', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canMount()) this.skip()
  })

  it('loses nothing while memory lasts, and the log goes on by itself when there is room again', async () => {
    const log = newLog()
    await withTmpfs(
      'size=256k',
      async folder => {
        const dir = join(folder, 'audit')
        const ballast = join(folder, 'ballast')
        const journal = log.open({ dir, origin: 'example.com/a' })
        writeFileSync(ballast, Buffer.alloc(80_000))
        let count = 0
        while (!log.kinds().includes('write-failed')) {
          // An odd size: the last write ends inside a line.
          for (let i = 0; i < 7; i++) journal.append(head(`${count++}`, { text: TEXT }))
          await nextTurn()
        }
        // The file ends with a whole line even now.
        const written = recordsOf(listLogFiles(dir))
        expect(written.length - 1).to.equal(journal.writtenThrough)
        expectGapless(written)
        for (let i = 0; i < 50; i++) journal.append(head(`${count++}`, { text: TEXT }))
        const failure = await journal.commit().catch((error: unknown) => error)
        expect(failure).to.be.instanceOf(KansaError).with.property('code', 'KANSA_NOT_DURABLE')
        expect(String(failure)).to.include('ENOSPC')
        rmSync(ballast)
        await journal.whenWritten(count - 1)
        await eventually(() => log.kinds().includes('write-resumed'), 'the notice')
        expect(log.notice('write-resumed')).to.include({ refusedCount: 0 })
        await journal.close()
        expect(log.kinds()).to.have.members(['write-failed', 'seal-failed', 'write-resumed', 'seal-recovered'])
        await expectVerdict(dir, 'intact')
        const records = log.records(dir)
        expectGapless(records)
        expect(records.map(record => record.id)).to.deep.equal(Array.from({ length: count }, (_, i) => `${i}`))
      },
      log,
    )
  })

  it('beyond the bound refuses and counts: what was refused is exactly what is missing', async () => {
    const log = newLog()
    await withTmpfs(
      'size=128k',
      async folder => {
        const dir = join(folder, 'audit')
        const journal = log.open({ dir, origin: 'example.com/a', maxQueueBytes: 50_000 })
        const ballast = join(folder, 'ballast')
        writeFileSync(ballast, Buffer.alloc(80_000))
        const accepted: string[] = []
        const before = Date.now()
        for (let i = 0; i < 500; i++) {
          if (journal.append(head(`${i}`, { text: TEXT })) >= 0) accepted.push(`${i}`)
          if (i % 10 === 0) await nextTurn()
        }
        expect(journal.refused).to.equal(500 - accepted.length)
        expect(journal.refused).to.be.greaterThan(300)
        rmSync(ballast)
        await eventually(() => log.kinds().includes('write-resumed'), 'writing works again')
        const { refusedCount, firstRefusedAt, lastRefusedAt, failedAt } = log.notice('write-resumed')
        expect(refusedCount).to.equal(journal.refused)
        expect(failedAt)
          .to.be.at.least(before)
          .and.at.most(firstRefusedAt ?? 0)
        expect(lastRefusedAt)
          .to.be.at.least(firstRefusedAt ?? Number.NaN)
          .and.at.most(Date.now())
        expect(log.kinds().filter(kind => kind === 'refused')).to.have.length(1)
        await journal.close()
        await expectVerdict(dir, 'intact')
        expect(log.records(dir).map(record => record.id)).to.deep.equal(accepted)
        expectGapless(log.records(dir))
      },
      log,
    )
  })

  it('that stays full: closing says how many lines are lost, and the next start finds those that are there', async () => {
    const log = newLog()
    await withTmpfs(
      'size=64k',
      async folder => {
        const dir = join(folder, 'audit')
        const spare = join(folder, 'spare')
        writeFileSync(spare, 'a page')
        const journal = log.open({ dir, origin: 'example.com/a' })
        for (let i = 0; i < 100; i++) journal.append(head(`${i}`, { text: TEXT }))
        const lost = journal.whenWritten(99)
        await journal.close()
        expect(await lost.catch((error: unknown) => error))
          .to.be.instanceOf(KansaError)
          .with.property('code', 'KANSA_CLOSED')
        const kept = log.records(dir)
        expectGapless(kept)
        expect(kept.length).to.be.greaterThan(10)
        expect(log.notice('lost').count).to.equal(100 - kept.length)
        expect(await journal.commit().catch((error: unknown) => error)).to.have.property('code', 'KANSA_NOT_DURABLE')
        expect(await expectAsFound(dir)).to.include({ status: 'incomplete', unsealed: kept.length })
        // Room enough for a lock.
        rmSync(spare)
        expect(log.open({ dir }).opening).to.deep.equal({
          previousEnd: 'unclean',
          nextSeq: kept.length,
          repairs: [{ kind: 'adopted-unsealed', firstSeq: 0, lastSeq: kept.length - 1 }],
        })
      },
      log,
    )
  })

  it('of inodes keeps rotation and seal from happening, not the log from being written', async () => {
    const log = newLog()
    await withTmpfs(
      'size=1m,nr_inodes=24',
      async folder => {
        const dir = join(folder, 'audit')
        const journal = log.open({ dir, origin: 'example.com/a', maxFileBytes: 5000 })
        const fillers: string[] = []
        for (let i = 0; ; i++) {
          try {
            writeFileSync(join(folder, `${i}`), '')
            fillers.push(join(folder, `${i}`))
          } catch {
            break
          }
        }
        // The lock check needs no file; a rotation does.
        for (let i = 0; i < 20; i++) journal.append(head(`${i}`, { text: TEXT }))
        const failure = await journal.commit().catch((error: unknown) => error)
        expect(failure).to.have.property('code', 'KANSA_NOT_SEALED')
        expect(log.kinds()).to.deep.equal(['rotation-failed', 'seal-failed'])
        expect(listLogFiles(dir)).to.have.length(1)
        expect(journal.writtenThrough).to.equal(19)
        for (const filler of fillers) rmSync(filler)
        let count = 20
        await eventually(() => {
          journal.append(head(`${count++}`))
          return listLogFiles(dir).length > 1
        }, 'the rotation is tried again')
        await journal.close()
        expect(log.kinds()).to.deep.equal(['rotation-failed', 'seal-failed', 'seal-recovered'])
        await expectVerdict(dir, 'intact')
        expect(log.records(dir)).to.have.length(count)
        expectGapless(log.records(dir))
      },
      log,
    )
  })

  it('from which somebody deletes the log, to make room: the content is kept and restored', async () => {
    const log = newLog()
    await withTmpfs(
      'size=240k',
      async folder => {
        const dir = join(folder, 'audit')
        const ballast = join(folder, 'ballast')
        const journal = log.open({ dir, origin: 'example.com/a' })
        for (let i = 0; i < 80; i++) journal.append(head(`${i}`, { text: TEXT }))
        await journal.commit()
        fillUp(ballast)
        rmSync(join(dir, 'audit.jsonl'))
        journal.append(head('80', { text: TEXT }))
        // The deleted file still takes its room: there is none for a copy.
        expect(String(await journal.commit().catch((error: unknown) => error))).to.include('ENOSPC')
        journal.append(head('81', { text: TEXT }))
        rmSync(ballast)
        await journal.whenWritten(81)
        await journal.close()
        await expectVerdict(dir, 'intact')
        expect(log.records(dir).map(record => record.id)).to.deep.equal(Array.from({ length: 82 }, (_, i) => `${i}`))
        expect(log.kinds()).to.include.members(['write-failed', 'file-removed', 'write-resumed'])
      },
      log,
    )
  })

  it('at the start is refused with what to do', async () => {
    const log = newLog()
    await withTmpfs(
      'size=64k',
      async folder => {
        fillUp(join(folder, 'ballast'))
        expect(() => log.open({ dir: join(folder, 'audit') }))
          .to.throw(KansaError, /ENOSPC.*Free some space/)
          .with.property('code', 'KANSA_DIR_UNUSABLE')
      },
      log,
    )
  })
})
