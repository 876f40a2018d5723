/** Writers on a disk that gets full somewhere: in a line, in a tile, in a checkpoint, or in the names of files. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../../journal/support/test-logs.ts'
import { withTmpfs } from './tmpfs.ts'
import { expectAsFound, expectIntact, expectVerdict } from './verified-log.ts'
import { WriterProcess } from './writer-process.ts'

/** How the writer ends: at once, in order, or in order after the disk became larger. */
export type Ending = 'kill' | 'close' | 'grow'

const LINES = 60

/** Runs on a disk with so many pages of 4 KiB. True when it got full. */
export async function fillDisk(pages: number, ending: Ending): Promise<boolean> {
  let wasFull = false
  await withTmpfs(`size=${pages * 4}k`, async folder => {
    const dir = join(folder, 'audit')
    const options = { maxFileBytes: 6000, flushIntervalMillis: 20 }
    const plan = { dir, lines: LINES, lineBytes: 300, linesPerTurn: 2, commitEvery: 3, options }
    const writer = new WriterProcess({ ...plan, waitBefore: LINES - 1 })
    await eventually(() => writer.lines.includes('waiting') || writer.hasEnded, 'all lines are appended', 30_000)
    if (ending === 'grow') enlarge(folder)
    if (ending === 'kill') writer.process.kill('SIGKILL')
    else writer.goOn()
    const hasClosed = await writer.end()
    wasFull = writer.kinds.length > 0 || !writer.lines.includes('open')
    if (!writer.lines.includes('open')) expect(writer.errors).to.match(/KansaError: cannot use [^\n]*ENOSPC/)
    await expectAsFound(dir, writer.sealed)
    if (ending !== 'grow') enlarge(folder)
    else if (hasClosed) await expectVerdict(dir, 'intact')
    const lost = writer.notices.find(({ kind }) => kind === 'lost')?.['count'] ?? 0
    // The first line of a file that was about to begin may be lost too.
    if (hasClosed) expect(writer.written.length + Number(lost)).to.be.within(LINES, LINES + 1)
    await expectIntact(dir, writer.written, { sealed: writer.sealed })
  })
  return wasFull
}

function enlarge(folder: string): void {
  execFileSync('mount', ['-o', 'remount,size=2m', folder])
}
