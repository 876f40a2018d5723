import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { LogReport } from '../../src/verify/report.ts'
import { verify } from '../../src/verify.ts'
import { eventually } from '../cli/support/kansa.ts'

const WRITER = join(import.meta.dirname, 'programs/busy-writer.ts')

describe('a log that is being written', () => {
  let dir: string
  let writer: ChildProcess
  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'kansa-live-')), 'audit')
  })
  afterEach(() => {
    writer.kill('SIGKILL')
    rmSync(join(dir, '..'), { recursive: true, force: true })
  })

  const start = async (records: number): Promise<void> => {
    writer = spawn(process.execPath, [WRITER, dir, String(records)], { stdio: 'inherit' })
    await eventually(
      () => existsSync(join(dir, 'seal/checkpoint')),
      () => 'the writer has not begun',
    )
  }
  const verifyOnce = async (): Promise<LogReport> => {
    const [report] = await verify({ dir })
    if (report === undefined) throw new Error('there is no log')
    return report
  }

  it('is intact whenever one looks, through commits, rotations and deletions', async () => {
    await start(40_000)
    const ended = once(writer, 'exit')
    const reports: LogReport[] = []
    while (writer.exitCode === null) {
      const report = await verifyOnce()
      expect(report.problems).to.deep.equal([])
      expect(report.status).to.equal('intact')
      reports.push(report)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    expect(await ended).to.deep.equal([0, null])
    const sizes = reports.map(({ treeSize }) => treeSize)
    expect(sizes).to.deep.equal(sizes.toSorted((a, b) => a - b))
    expect(new Set(sizes).size).to.be.above(3)
    expect(reports.some(({ firstSeq }) => firstSeq !== 0)).to.equal(true)
    const last = await verifyOnce()
    expect(last).to.include({ status: 'intact', unsealed: 0, writer: 'none' })
    expect(last.retained).to.not.be.empty
  })

  it('is not tampered with when its writer is killed', async () => {
    await start(1_000_000)
    await eventually(
      () => existsSync(join(dir, 'audit.jsonl.2')),
      () => 'nothing was rotated',
    )
    const exit = once(writer, 'exit')
    writer.kill('SIGKILL')
    await exit
    const report = await verifyOnce()
    expect(report.status).to.be.oneOf(['intact', 'incomplete'])
    expect(report.writer).to.equal('none')
  })
})
