import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { ALL_LINES, expectAllSealed, PLAN, runUnder, traceAfter } from './support/error-runs.ts'
import { canTrace } from './support/strace.ts'
import { expectAsFound, expectIntact } from './support/verified-log.ts'

const FILES = ['audit.jsonl', 'audit.jsonl.new']

describe('a disk that refuses to sync', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canTrace()) this.skip()
  })

  it('once: the bytes are written again in their place, and synced through another descriptor', async () => {
    const failed = /fdatasync\((\d+)[^\n]*EIO[^\n]*\n/
    const calls = 'fdatasync,pwrite64,openat'
    const { writer, after } = await traceAfter(newLog(), 'fdatasync:error=EIO:when=2', calls, failed)
    expect(writer.kinds).to.deep.equal(['sync-repaired'])
    expect(after).to.match(/^[^\n]*openat\([^\n]*= (\d+)\n[^\n]*pwrite64\(\1,[^\n]*\n[^\n]*fdatasync\(\1\)/)
  })

  it('and refuses the repair too: the log goes on in a new file, in other blocks of the disk', async () => {
    const log = newLog()
    const writer = await runUnder(log, 'fdatasync:error=EIO:when=2..3')
    expect(writer.kinds).to.deep.equal(['sync-repaired'])
    expect(writer.said('not-durable')).to.deep.equal([])
    await expectAllSealed(log, writer)
  })

  it('and takes no new file either: rejects once, then everything is durable', async () => {
    const log = newLog()
    const writer = await runUnder(log, 'fdatasync,fsync:error=EIO:when=1..2', {}, FILES)
    expect(writer.kinds).to.deep.equal(['commit-failed', 'commit-recovered'])
    expect(writer.said('not-durable')).to.have.length(1)
    expect(writer.said('not-durable')[0]).to.match(/^KANSA_NOT_DURABLE .*EIO/)
    await expectAllSealed(log, writer)
  })

  it('for ever: nothing is called durable or sealed, everything is written', async () => {
    const log = newLog()
    const writer = await runUnder(log, 'fdatasync,fsync:error=EIO', {}, FILES)
    expect(writer.said('durable')).to.deep.equal([])
    expect(writer.kinds).to.deep.equal(['commit-failed'])
    const report = await expectAsFound(log.dir)
    expect(report).to.include({ status: 'incomplete', treeSize: 0, unsealed: PLAN.lines })
    await expectIntact(log.dir, ALL_LINES)
  })

  it('a rotated file: it is repaired there', async () => {
    const log = newLog()
    const writer = await runUnder(log, 'fdatasync:error=EIO:when=1..2', { maxFileBytes: 400 })
    await expectAllSealed(log, writer)
  })
})
