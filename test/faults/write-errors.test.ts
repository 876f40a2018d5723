import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually, useTestLogs } from '../journal/support/test-logs.ts'
import { ALL_LINES, expectAllSealed, PLAN, runUnder, traceAfter } from './support/error-runs.ts'
import { canTrace, strace } from './support/strace.ts'
import { canMount, withTmpfs } from './support/tmpfs.ts'
import { expectIntact, expectVerdict } from './support/verified-log.ts'
import { WriterProcess } from './support/writer-process.ts'

describe('a disk that refuses to write', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canTrace()) this.skip()
  })

  for (const [error, when] of [
    ['EIO', '3'],
    ['EIO', '2..5'],
    ['ENOSPC', '2..5'],
    ['EROFS', '3'],
    ['EAGAIN', '3'],
    ['EBADF', '2..5'],
  ] as const) {
    it(`with ${error} (write ${when}): nothing is written twice, nothing is lost, everything is sealed`, async () => {
      const log = newLog()
      const writer = await runUnder(log, `write:error=${error}:when=${when}`)
      expect(writer.kinds).to.deep.equal(['write-failed', 'write-resumed'])
      await expectAllSealed(log, writer)
      expect(log.ids()).to.deep.equal(ALL_LINES)
    })
  }

  it('forever keeps what was promised, says that nothing is durable, and what is lost at the end', async () => {
    const log = newLog()
    const writer = await runUnder(log, 'write:error=EIO:when=3+')
    expect(writer.kinds).to.deep.equal(['write-failed', 'lost'])
    expect(writer.said('not-durable').at(-1)).to.include('KANSA_NOT_DURABLE').and.include('EIO')
    // What the disk took is sealed all the same.
    await expectVerdict(log.dir, 'intact')
    const records = await expectIntact(log.dir, writer.written, { sealed: writer.sealed })
    expect(writer.notices.at(-1)?.['count']).to.equal(PLAN.lines - records.length)
  })

  it('is tried again through a fresh descriptor', async () => {
    const calls = 'write,openat'
    const { after } = await traceAfter(newLog(), 'write:error=EIO:when=2', calls, /write\([^\n]*EIO[^\n]*\n/)
    expect(after).to.match(
      /^[^\n]*openat\([^\n]*O_RDWR\|O_APPEND[^\n]*= (\d+)\n(?:[^\n]*openat[^\n]*\n)*[^\n]*write\(\1,/,
    )
  })

  it('and does not let the file be shortened: a half-written line is continued, not repeated', async function () {
    if (!canMount()) this.skip()
    await withTmpfs('size=128k', async folder => {
      const dir = join(folder, 'audit')
      const ballast = join(folder, 'ballast')
      writeFileSync(ballast, Buffer.alloc(75_000))
      const writer = new WriterProcess(
        { dir, lines: 50, lineBytes: 900, waitBefore: 40 },
        strace('ftruncate:error=EPERM', [join(dir, 'audit.jsonl')]),
      )
      await writer.until('waiting')
      expect(writer.kinds).to.deep.equal(['write-failed'])
      rmSync(ballast)
      await eventually(() => writer.kinds.includes('write-resumed'), 'the line is continued')
      writer.goOn()
      expect(await writer.end()).to.equal(true)
      const ids = Array.from({ length: 50 }, (_, line) => `line-${line}`)
      await expectIntact(dir, ids, { sealed: ids })
    })
  })

  it('in the middle of a line that cannot be cut, in a file that somebody then empties: the line is written whole', async function () {
    if (!canMount()) this.skip()
    await withTmpfs('size=128k', async folder => {
      const dir = join(folder, 'audit')
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(70_000))
      const writer = new WriterProcess(
        { dir, lines: 40, lineBytes: 900, waitBefore: 39 },
        strace('ftruncate:error=EPERM', [join(dir, 'audit.jsonl')]),
      )
      await writer.until('waiting')
      expect(writer.kinds).to.deep.equal(['write-failed'])
      const before = writer.written.length
      truncateSync(join(dir, 'audit.jsonl'))
      await eventually(() => writer.kinds.includes('write-resumed'), 'writing works again')
      writer.goOn()
      expect(await writer.end()).to.equal(true)
      expect(writer.kinds).to.include('file-truncated')
      const report = await expectVerdict(dir, 'tampered', ['missing-head'])
      expect(report.gaps).to.deep.equal([{ firstSeq: 0, lastSeq: before - 1 }])
      expect(report.lastSeq).to.equal(39)
    })
  })
})
