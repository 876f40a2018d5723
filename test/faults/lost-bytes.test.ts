import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { expect } from 'chai'
import { type TestLog, useTestLogs } from '../journal/support/test-logs.ts'
import { runThenFault } from './support/error-runs.ts'
import { attachStrace, canTrace, strace } from './support/strace.ts'
import { expectVerdict } from './support/verified-log.ts'
import { WriterProcess } from './support/writer-process.ts'

const LINES = 12

describe('a disk that loses what was written', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canTrace()) this.skip()
  })

  /** A writer whose line 6 is not durable yet when the disk loses it; then the first sync fails. */
  async function losing(log: TestLog, fault: string): Promise<WriterProcess> {
    const writer = new WriterProcess({ dir: log.dir, lines: LINES, waitBefore: 7 })
    await writer.until('written line-6')
    await writer.until('waiting')
    await attachStrace(writer.pid, fault, [log.path('audit.jsonl')])
    overwrite(log.path('audit.jsonl'), 'line-6')
    writer.goOn()
    expect(await writer.end(), writer.errors).to.equal(true)
    return writer
  }

  for (const [how, fault] of [
    ['a sync that is repaired', 'fdatasync:error=EIO:when=1'],
    ['a sync after which the log goes on in a new file', 'fdatasync:error=EIO:when=1..2'],
  ] as const) {
    it(`and says so by ${how}: the records are named, and verification finds them`, async () => {
      const log = newLog()
      const writer = await losing(log, fault)
      expect(writer.kinds).to.deep.equal(['sync-repaired', 'records-lost'])
      expect(writer.notices.find(({ kind }) => kind === 'records-lost')).to.include({
        firstSeq: 6,
        lastSeq: 6,
        count: 1,
      })
      const report = await expectVerdict(log.dir, 'tampered', ['edited-line'])
      expect(report.problems.map(({ seq }) => seq)).to.deep.equal([6])
      expect(report).to.include({ treeSize: LINES, records: LINES - 1 })
    })
  }

  it('and says so by syncs that fail until a later one: the records are named then', async () => {
    const log = newLog()
    // The first two: the log goes on in a new file. So soon after that there is no other one.
    const fault = strace('fdatasync:error=EIO:when=2..5', [log.path('audit.jsonl'), log.path('audit.jsonl.new')])
    const writer = new WriterProcess({ dir: log.dir, lines: LINES, commitEvery: 4, waitBefore: 7 }, fault)
    await writer.until('waiting')
    overwrite(log.path('audit.jsonl'), 'line-6')
    writer.goOn()
    expect(await writer.end(), writer.errors).to.equal(true)
    expect(writer.kinds).to.deep.equal(['sync-repaired', 'commit-failed', 'commit-recovered', 'records-lost'])
    expect(writer.notices.find(({ kind }) => kind === 'records-lost')).to.include({ firstSeq: 6, count: 1 })
    await expectVerdict(log.dir, 'tampered', ['edited-line'])
  })

  it('and says nothing: verification names the record', async () => {
    const log = newLog()
    await losing(log, 'fdatasync:error=EIO:when=100')
    const report = await expectVerdict(log.dir, 'tampered', ['edited-line'])
    expect(report.problems.map(({ seq }) => seq)).to.deep.equal([6])
  })

  it('while it says that it wrote all of it: the shorter file is noticed, and verification names the gap', async () => {
    const log = newLog()
    // The call is not made, and its result is the whole length: three lines of 37 bytes.
    const plan = { linesPerTurn: 3, lineBytes: 0, commitEvery: 100 }
    const writer = await runThenFault(log, 'write:retval=111:when=2', ['audit.jsonl'], plan)
    expect(writer.kinds).to.include('file-truncated')
    await expectVerdict(log.dir, 'tampered', ['missing-line'])
  })
})

/** In place, with as many bytes: no size gives it away. */
function overwrite(file: string, text: string): void {
  const at = readFileSync(file).indexOf(text)
  const fd = openSync(file, 'r+')
  try {
    writeSync(fd, '\0'.repeat(text.length), at)
  } finally {
    closeSync(fd)
  }
}
