import { join } from 'node:path'
import { expect } from 'chai'
import { type StoredRecord, useTestLogs } from '../journal/support/test-logs.ts'
import { canTrace, strace } from './support/strace.ts'
import { expectIntact, WriterProcess } from './support/writer-process.ts'

/** Each line has about 100 bytes: three rotations, and a commit for every two lines. */
const PLAN = { lines: 14, lineBytes: 60, linesPerTurn: 2, commitEvery: 2, options: { maxFileBytes: 400 } } as const

const SWEEPS: { calls: string; files?: readonly string[]; atLeast: number }[] = [
  { calls: 'write', files: ['audit.jsonl', 'audit.jsonl.new'], atLeast: 8 },
  { calls: 'rename', atLeast: 9 },
  { calls: 'fdatasync,fsync', atLeast: 10 },
  { calls: 'openat', files: ['audit.jsonl', 'audit.jsonl.new'], atLeast: 5 },
  { calls: 'link,mkdir,fchmod,unlink', atLeast: 3 },
]

describe('kill -9 at each system call in turn', function () {
  this.timeout(120_000)
  const newLog = useTestLogs()

  for (const { calls, files, atLeast } of SWEEPS) {
    it(`of ${calls}${files === undefined ? '' : ' on the log'}: nothing promised is missing, nothing is half`, async function () {
      if (!canTrace()) this.skip()
      const kills = await sweep(async nth => {
        const log = newLog()
        const paths = (files ?? []).map(name => join(log.dir, name))
        const writer = new WriterProcess(
          { ...PLAN, dir: log.dir },
          strace(`${calls}:signal=SIGKILL:when=${nth}`, paths),
        )
        const isAtEnd = await writer.end()
        expect(writer.errors).to.equal('')
        const records = await expectIntact(log.dir, writer.written, 0)
        if (isAtEnd) expect(records.at(-1)?.id).to.equal('line-13')
        return isAtEnd
      })
      expect(kills).to.be.at.least(atLeast)
    })
  }

  it('of the deletion of backups: what is gone was announced in the log before', async function () {
    if (!canTrace()) this.skip()
    const options = { ...PLAN.options, maxBackups: 1 }
    const kills = await sweep(async nth => {
      const log = newLog()
      const fault = `unlink:signal=SIGKILL:when=${nth}`
      const backups = [1, 2, 3, 4].map(suffix => join(log.dir, `audit.jsonl.${suffix}`))
      const writer = new WriterProcess({ ...PLAN, dir: log.dir, options }, strace(fault, backups))
      const isAtEnd = await writer.end()
      const records = await expectIntact(log.dir, [])
      const firstSeq = records[0]?.seq ?? 0
      if (firstSeq > 0) expect(records.map(record => record.id)).to.include(`deleted ${firstSeq - 1}`)
      const firstKept = Math.min(...lineNumbers(records))
      const promised = writer.written.filter(id => Number(id.slice(5)) >= firstKept)
      expect(records.map(record => record.id)).to.include.members(promised)
      return isAtEnd
    })
    expect(kills).to.be.at.least(1)
  })
})

/** Runs with the first call hit, the second, and so on, until the program gets to its end. Two at a time. */
async function sweep(run: (nth: number) => Promise<boolean>): Promise<number> {
  for (let nth = 1; ; nth += 2) {
    const ends = await Promise.all([run(nth), run(nth + 1)])
    if (ends.includes(true)) return ends[0] ? nth - 1 : nth
  }
}

function lineNumbers(records: readonly StoredRecord[]): number[] {
  return records.flatMap(({ id }) => (id.startsWith('line-') ? [Number(id.slice(5))] : []))
}
