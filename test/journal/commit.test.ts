import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { appendAll, eventually, expectGapless, head, useTestLogs } from './support/test-logs.ts'

describe('committing', () => {
  const newLog = useTestLogs()

  it('covers what was appended before the call, also for callers that come while a sync is in flight', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    const first = journal.commit()
    appendAll(journal, 'b')
    const second = journal.commit()
    const third = journal.commit()
    expect(second).to.equal(third)
    expect(first).to.not.equal(second)
    await second
    expect(log.ids()).to.deep.equal(['a', 'b'])
  })

  it('resolves when there is nothing to do', async () => {
    const journal = newLog().open()
    await journal.commit()
    await Promise.all([journal.commit(), journal.commit(), journal.commit()])
  })

  it('happens by itself after the interval', async () => {
    const log = newLog()
    const journal: Journal = log.open({
      flushIntervalMillis: 20,
      maxFileBytes: 100,
      maxBackups: 0,
      onNotice: notice => void (notice.kind === 'backup-deleted' && journal.append(head('deleted'))),
    })
    appendAll(journal, 'a', 'b', 'c', 'd', 'e', 'f')
    expect(log.names()).to.include('audit.jsonl.1')
    // Deletion of superfluous backups needs two commits: nobody calls one here.
    await eventually(() => !log.names().includes('audit.jsonl.1'), 'two commits')
  })

  it('does not keep the process alive', () => {
    const log = newLog()
    const program = join(import.meta.dirname, 'programs', 'append-and-end.ts')
    const { status } = spawnSync(process.execPath, [program, log.dir], { timeout: 15_000 })
    expect(status).to.equal(0)
    expect(log.ids()).to.deep.equal(['a'])
  })

  it('works on this thread, also beside one in the thread pool', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 60 })
    appendAll(journal, 'a', 'b', 'c', 'd')
    const inFlight = journal.commit()
    appendAll(journal, 'e')
    expect(journal.commitSync()).to.equal(true)
    expect(log.ids()).to.deep.equal(['a', 'b', 'c', 'd', 'e'])
    await inFlight
    await journal.close()
    expectGapless(log.records())
  })

  it('on closing is done once, however often and by whichever way it is closed', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    const closing = journal.close()
    journal.closeSync()
    journal.closeSync()
    await Promise.all([closing, journal.close()])
    expect(log.names()).to.not.include('lock')
    expect(journal.commitSync()).to.equal(true)
    await journal.commit()
    const next = log.open()
    await journal.close()
    expect(log.names()).to.include('lock')
    await next.close()
  })

  it('ends with closing: commits called around it settle, and nothing touches the folder afterwards', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 19, maxBackups: 0 })
    const commits: Promise<void>[] = []
    appendAll(journal, 'a', 'b')
    commits.push(journal.commit())
    const closing = journal.close()
    commits.push(journal.commit())
    for (let i = 0; i < 20; i++) {
      await Promise.resolve()
      commits.push(journal.commit())
    }
    await closing
    const names = log.names()
    commits.push(journal.commit())
    await Promise.all(commits)
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(log.names()).to.deep.equal(names)
    expect(names).to.not.include('lock')
  })

  it('closes every file', async function () {
    if (!fs.existsSync('/proc/self/fd')) {
      console.log('no /proc here: open files cannot be counted')
      this.skip()
    }
    const log = newLog()
    const before = fs.readdirSync('/proc/self/fd').length
    for (let i = 0; i < 5; i++) {
      const journal = log.open({ maxFileBytes: 60 })
      for (let line = 0; line < 20; line++) journal.append(head(`${line}`))
      if (i % 2 === 0) await journal.close()
      else journal.closeSync()
    }
    await new Promise(resolve => setImmediate(resolve))
    expect(fs.readdirSync('/proc/self/fd').length).to.equal(before)
  })

  it('notices that the wall clock was set', async () => {
    const log = newLog()
    const journal = log.open()
    await journal.commit()
    const { now } = Date
    try {
      Date.now = () => now() - 7_200_000
      await journal.commit()
      await journal.commit()
    } finally {
      Date.now = now
    }
    await journal.commit()
    expect(log.kinds()).to.deep.equal(['clock-changed', 'clock-changed'])
    const { deltaMillis, from, to } = log.notice('clock-changed')
    expect(deltaMillis).to.be.within(-7_201_000, -7_199_000)
    expect(to - from).to.equal(deltaMillis)
  })

  it('rejects with KANSA_NOT_DURABLE and the cause while the folder is unusable, and recovers', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    fs.rmSync(log.dir, { recursive: true })
    fs.writeFileSync(log.dir, 'a file in its place')
    const seq = journal.append(head('b'))
    const failure = await journal.commit().catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(KansaError).with.property('code', 'KANSA_NOT_DURABLE')
    expect(failure).to.have.property('cause').that.is.instanceOf(Error)
    expect(journal.commitSync()).to.equal(false)
    fs.rmSync(log.dir)
    // Nobody asks: the retry timer does it.
    await journal.whenWritten(seq)
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'b'])
  })
})
