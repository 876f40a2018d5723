import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { useTestLogs } from '../../journal/support/test-logs.ts'
import {
  type BrokenLog,
  FILES,
  killFromStart,
  type KillPoint,
  killWhileDeleting,
  killWhileWriting,
} from '../support/kill-runs.ts'
import { attachStrace, canTrace } from '../support/strace.ts'
import { sweep } from '../support/sweep.ts'
import { expectAsFound } from '../support/verified-log.ts'
import { WriterProcess } from '../support/writer-process.ts'

interface Sweep extends KillPoint {
  readonly atLeast: number
}

const WHILE_WRITING: readonly Sweep[] = [
  { calls: 'write', files: FILES, atLeast: 16 },
  { calls: 'pwrite64', atLeast: 7 },
  { calls: 'openat', files: FILES, atLeast: 20 },
  { calls: 'fdatasync', atLeast: 14 },
  { calls: 'fsync', atLeast: 25 },
  { calls: 'rename', atLeast: 12 },
  { calls: 'mkdir', atLeast: 4 },
  { calls: 'unlink', atLeast: 6 },
  { calls: 'rmdir', atLeast: 5 },
]
const FROM_START: readonly Sweep[] = [
  { calls: 'openat', files: FILES, atLeast: 12 },
  { calls: 'write', files: FILES, atLeast: 3 },
  { calls: 'fsync', atLeast: 10 },
  { calls: 'link', atLeast: 2 },
  { calls: 'mkdir', atLeast: 3 },
  { calls: 'fchmod', atLeast: 6 },
  { calls: 'rename', atLeast: 3 },
  { calls: 'unlink', atLeast: 3 },
]
const WHILE_REPAIRING: readonly Sweep[] = [
  { calls: 'openat', files: FILES, atLeast: 12 },
  { calls: 'write', files: FILES, atLeast: 2 },
  { calls: 'pwrite64', atLeast: 1 },
  { calls: 'fsync', atLeast: 8 },
  { calls: 'ftruncate', atLeast: 2 },
  { calls: 'rename', atLeast: 2 },
  { calls: 'unlink', atLeast: 2 },
]
const WHILE_DELETING: readonly Sweep[] = [
  { calls: 'write', files: FILES, atLeast: 20 },
  { calls: 'fdatasync', atLeast: 20 },
  { calls: 'fsync', atLeast: 40 },
  { calls: 'rename', atLeast: 15 },
  { calls: 'unlink', atLeast: 10 },
]

describe('kill -9 at each system call in turn', function () {
  this.timeout(300_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canTrace()) this.skip()
  })

  for (const { atLeast, ...point } of WHILE_WRITING) {
    it(`${point.calls}: nothing promised is missing, nothing is half, what was said to be sealed is`, async () => {
      expect(await sweep(nth => killWhileWriting(newLog(), point, nth))).to.be.at.least(atLeast)
    })
  }

  for (const { atLeast, ...point } of FROM_START) {
    it(`${point.calls}, from the first start on: the next one begins or continues the log`, async () => {
      expect(await sweep(nth => killFromStart(newLog(), point, nth))).to.be.at.least(atLeast)
    })
  }

  for (const { atLeast, ...point } of WHILE_DELETING) {
    it(`${point.calls}, while backups are deleted: what is gone was announced, and that is sealed`, async () => {
      expect(await sweep(nth => killWhileDeleting(newLog(), point, nth))).to.be.at.least(atLeast)
    })
  }

  describe('while what another kill left is repaired', () => {
    let broken: BrokenLog
    beforeEach(async () => {
      broken = await brokenLog()
    })

    for (const { atLeast, ...point } of WHILE_REPAIRING) {
      it(`${point.calls}: the next start repairs the rest`, async () => {
        expect(await sweep(nth => killFromStart(newLog(), point, nth, broken))).to.be.at.least(atLeast)
      })
    }
  })

  /** Unsealed lines, a half one, a half checkpoint that is not the newest yet, and an interrupted rotation. */
  async function brokenLog(): Promise<BrokenLog> {
    const log = newLog()
    const writer = new WriterProcess({ dir: log.dir, lines: 9, lineBytes: 60, commitEvery: 3, waitBefore: 0 })
    await writer.until('waiting')
    const history = log.path('seal/checkpoints')
    await attachStrace(writer.pid, 'fdatasync:signal=SIGKILL:when=3', [history])
    writer.goOn()
    await writer.end()
    await expectAsFound(log.dir, writer.sealed)
    truncateSync(history, log.size('seal/checkpoints') - 40)
    appendFileSync(log.path('audit.jsonl'), '{"id":"to')
    writeFileSync(log.path('audit.jsonl.new'), '')
    writeFileSync(log.path('seal/checkpoint.tmp-0199c0de-0000-7000-8000-000000000000'), 'half')
    return { dir: log.dir, promised: writer.written, sealed: writer.sealed }
  }
})
