import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { appendAll, asAfterKill, expectGapless, head, useTestLogs } from './support/test-logs.ts'

const STOP = head('stop', { event_type: { type: 'Security', data: { category: 'AuditStopped', context: {} } } })

describe('reopening a log', () => {
  const newLog = useTestLogs()

  it('goes on with the next seq, across restarts and rotations', async () => {
    const log = newLog()
    for (let start = 0; start < 5; start++) {
      const journal = log.open({ maxFileBytes: 60 })
      expect(journal.opening.nextSeq).to.equal(start * 4)
      expect(appendAll(journal, 'a', 'b', 'c', 'd')).to.deep.equal([0, 1, 2, 3].map(n => start * 4 + n))
      if (start % 2 === 0) await journal.close()
      else journal.closeSync()
    }
    expectGapless(log.records())
  })

  it('tells how the log ended before', async () => {
    const log = newLog()
    const first = log.open()
    expect(first.opening.previousEnd).to.equal('none')
    await first.close()
    const second = log.open()
    expect(second.opening.previousEnd).to.equal('none')
    appendAll(second, 'a')
    await second.close()
    const third = log.open()
    expect(third.opening.previousEnd).to.equal('unclean')
    third.append(STOP)
    await third.close()
    const fourth = log.open()
    expect(fourth.opening.previousEnd).to.equal('clean')
    await fourth.close()
    appendFileSync(log.path('audit.jsonl'), '{"id":"half')
    expect(log.open().opening.previousEnd).to.equal('unclean')
  })

  it('finds the last seq in the newest backup when the active file is empty', () => {
    const log = newLog()
    appendAll(log.open({ maxFileBytes: 19 }), '0', '1', '2')
    const killed = asAfterKill(log, newLog())
    expect(killed.text('audit.jsonl')).to.equal('')
    expect(killed.open().opening.nextSeq).to.equal(2)
  })

  it('finds the last seq behind lines that have none', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a', 'b')
    await journal.close()
    appendFileSync(log.path('audit.jsonl'), '{"id":"by hand"}\n'.repeat(5000))
    const again = log.open()
    expect(again.opening.nextSeq).to.equal(2)
    expect(again.opening.repairs).to.deep.equal([])
  })

  it('makes a file of another program a backup, untouched, and begins its own log', async () => {
    const log = newLog()
    mkdirSync(log.dir)
    const foreign = '{"id":"abc123","timestamp":"2025-10-10T22:15:30Z"}\n{"id":"def456"}\n{"id":"no line break"}'
    writeFileSync(log.path('audit.jsonl'), foreign)
    const journal = log.open()
    expect(journal.opening).to.deep.equal({
      previousEnd: 'none',
      nextSeq: 0,
      repairs: [{ kind: 'other-program', file: log.path('audit.jsonl.1'), bytes: foreign.length }],
    })
    appendAll(journal, 'a')
    await journal.close()
    expect(log.text('audit.jsonl.1')).to.equal(foreign)
    expect(log.text('audit.jsonl')).to.equal('{"id":"a","seq":0}\n')
    expect(log.open().opening.nextSeq).to.equal(1)
  })

  it('takes the same time at any size: it reads the ends of the files only', async function () {
    if (!existsSync('/proc/self/io')) {
      console.log('no /proc/self/io here: bytes read cannot be counted')
      this.skip()
    }
    const log = newLog()
    const journal = log.open({ maxFileBytes: 20_000_000 })
    const long = 'x'.repeat(2000)
    for (let i = 0; i < 25_000; i++) journal.append(head(`${i}`, { long }))
    await journal.close()
    expect(log.names()).to.include('audit.jsonl.2')
    const before = bytesRead()
    log.open()
    expect(bytesRead() - before).to.be.lessThan(1_000_000)
  })
})

function bytesRead(): number {
  return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
}
