import fs, { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { expect } from 'chai'
import { appendAll, expectGapless, head, nextTurn, type TestLog, useTestLogs } from './support/test-logs.ts'

/** `{"id":"0","seq":0}` and its line break. */
const LINE_BYTES = 19

/** For all modules at once. */
function setListing(listing: object): void {
  Reflect.set(fs, 'readdirSync', listing)
  syncBuiltinESMExports()
}

describe('rotation', () => {
  const newLog = useTestLogs()

  it('begins a new file before a line that would make the file too long, and shifts the backups', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 2 * LINE_BYTES })
    appendAll(journal, '0', '1')
    expect(log.names()).to.not.include('audit.jsonl.1')
    appendAll(journal, '2', '3', '4', '5', '6')
    await journal.commit()
    expect(log.text('audit.jsonl.3')).to.equal('{"id":"0","seq":0}\n{"id":"1","seq":1}\n')
    expect(log.text('audit.jsonl')).to.equal('{"id":"6","seq":6}\n')
    expect(log.ids()).to.deep.equal(['0', '1', '2', '3', '4', '5', '6'])
    expectGapless(log.records())
    expect(log.names()).to.not.include('audit.jsonl.new')
  })

  it('waits while the folder cannot be listed: no backup is overwritten', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: LINE_BYTES, maxBackups: 2 })
    appendAll(journal, '0', '1', '2')
    await journal.commit()
    const { readdirSync } = fs
    // As with a process that has no descriptor left, or a folder of mode 0300.
    const listing = (path: string): string[] => {
      if (path === log.dir) throw Object.assign(new Error('EMFILE: too many open files, scandir'), { code: 'EMFILE' })
      return readdirSync(path)
    }
    setListing(listing)
    try {
      appendAll(journal, '3', '4')
      await journal.commit()
    } finally {
      setListing(readdirSync)
    }
    expect(log.kinds()).to.deep.equal(['rotation-failed'])
    expect(log.ids()).to.deep.equal(['0', '1', '2', '3', '4'])
    await journal.close()
    expectGapless(log.records())
    expect(log.names()).to.not.include('audit.jsonl.new')
  })

  it('gives a line that is longer than a file a file of its own', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 50 })
    for (const id of ['a', 'b'.repeat(200), 'c', 'd'.repeat(100_000), 'e']) journal.append(head(id))
    await journal.commit()
    expectGapless(log.records())
    expect(log.names().filter(name => name.startsWith('audit.jsonl'))).to.have.length(5)
  })

  it('puts the first lines at the head of every new file, numbered like all others', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 100, firstLines: () => [head('first'), head('second')] })
    for (let i = 0; i < 10; i++) journal.append(head(`${i}`))
    await journal.commit()
    const records = log.records()
    expectGapless(records)
    const rotatedFiles = [...new Set(records.map(record => record.file))].slice(1)
    expect(rotatedFiles).to.not.be.empty
    for (const file of rotatedFiles) {
      const ids = records.filter(record => record.file === file).map(record => record.id)
      expect(ids.slice(0, 2)).to.deep.equal(['first', 'second'])
      expect(ids.length).to.be.greaterThan(2)
    }
  })

  it('shifts only as far as the first gap in the suffixes', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: LINE_BYTES })
    appendAll(journal, '0', '1', '2', '3')
    await journal.commit()
    renameSync(log.path('audit.jsonl.3'), log.path('audit.jsonl.7'))
    appendAll(journal, '4', '5')
    await journal.commit()
    expect(log.names().filter(name => /\d$/.test(name))).to.deep.equal([1, 2, 3, 4, 7].map(n => `audit.jsonl.${n}`))
    expectGapless(log.records())
  })

  it('rotates across turns and commits with the counter of bytes kept right', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 1000, maxBackups: 100 })
    for (let turn = 0; turn < 60; turn++) {
      for (let i = 0; i <= turn % 7; i++) journal.append(head(`${turn}/${i}`, { text: '監'.repeat(turn % 13) }))
      if (turn % 5 === 0) await journal.commit()
      else await nextTurn()
    }
    await journal.close()
    expectGapless(log.records())
    for (const name of log.names().filter(name => name.startsWith('audit.jsonl'))) {
      expect(log.size(name), name).to.be.within(1, 1000)
    }
  })

  it('keeps the number of open files bounded in a burst that rotates hundreds of times', async function () {
    if (!existsSync('/proc/self/fd')) {
      console.log('no /proc here: open files cannot be counted')
      this.skip()
    }
    const { readdirSync } = await import('node:fs')
    const log = newLog()
    const journal = log.open({ maxFileBytes: LINE_BYTES, maxBackups: 10_000 })
    const before = readdirSync('/proc/self/fd').length
    for (let i = 0; i < 300; i++) journal.append(head(`${i}`))
    expect(readdirSync('/proc/self/fd').length - before).to.be.lessThan(12)
    await journal.close()
    expectGapless(log.records())
    expect(readdirSync('/proc/self/fd').length).to.be.at.most(before)
  })
})

describe('a rotation that was interrupted', () => {
  const newLog = useTestLogs()

  /** Four files: `audit.jsonl` holds 3, `.1` holds 2, `.2` holds 1, `.3` holds 0. */
  async function fourFiles(): Promise<TestLog> {
    const log = newLog()
    const journal = log.open({ maxFileBytes: LINE_BYTES })
    appendAll(journal, '0', '1', '2', '3')
    await journal.close()
    return log
  }

  const steps: { name: string; apply: (log: TestLog) => void }[] = [
    { name: 'the next file was made', apply: log => writeFileSync(log.path('audit.jsonl.new'), '') },
    { name: 'the oldest backup was shifted', apply: log => rename(log, '.3', '.4') },
    { name: 'the second backup was shifted', apply: log => rename(log, '.2', '.3') },
    { name: 'all backups were shifted', apply: log => rename(log, '.1', '.2') },
    { name: 'the active file was renamed', apply: log => rename(log, '', '.1') },
    { name: 'the next file was put in place', apply: log => rename(log, '.new', '') },
  ]

  for (const [index, { name }] of steps.entries()) {
    it(`leaves a log that reads in order and goes on, after ${name}`, async () => {
      const log = await fourFiles()
      for (const step of steps.slice(0, index + 1)) step.apply(log)
      expect(log.ids()).to.deep.equal(['0', '1', '2', '3'])
      const journal = log.open({ maxFileBytes: LINE_BYTES })
      expect(journal.opening.nextSeq).to.equal(4)
      expect(journal.opening.repairs).to.deep.equal([])
      appendAll(journal, '4', '5', '6')
      await journal.commit()
      expect(log.ids()).to.deep.equal(['0', '1', '2', '3', '4', '5', '6'])
      expectGapless(log.records())
      expect(log.names()).to.not.include('audit.jsonl.new')
    })
  }

  it('goes on when the active file was removed while nobody wrote', async () => {
    const log = await fourFiles()
    rmSync(log.path('audit.jsonl'))
    const journal = log.open()
    // Record 3 is gone, and its seq is not given to another one.
    expect(journal.opening.nextSeq).to.equal(4)
    expect(journal.opening.repairs).to.deep.equal([{ kind: 'missing-records', firstSeq: 3, lastSeq: 3 }])
    appendAll(journal, '4')
    await journal.close()
    expect(log.ids()).to.deep.equal(['0', '1', '2', '4'])
  })
})

function rename(log: TestLog, from: string, to: string): void {
  renameSync(log.path(`audit.jsonl${from}`), log.path(`audit.jsonl${to}`))
}
