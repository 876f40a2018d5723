import { expect } from 'chai'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { LineBuffer } from '../../../src/journal/line-buffer.ts'
import { LogFile } from '../../../src/journal/log-file.ts'
import { head } from '../support/test-logs.ts'

describe('what is sealed of the lines that wait', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kansa-lines-'))
  after(() => rmSync(folder, { recursive: true }))

  it('is each line once, whole, once the kernel has all of it, in whatever pieces that takes them', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, fc.boolean())),
        fc.array(fc.integer({ min: 1, max: 60 })),
        (lines, pieces) => {
          const told: string[] = []
          const buffer = new LineBuffer(7, (bytes, start, end) => told.push(bytes.toString('utf8', start, end)))
          const expected = lines.map(([id, isLarge], index) => {
            if (isLarge) buffer.putLarge(head(id))
            else buffer.put(head(id))
            return `${head(id)},"seq":${7 + index}}`
          })
          buffer.spill()
          let written = 0
          for (const piece of [...pieces, buffer.waitingBytes]) {
            const count = Math.min(piece, buffer.waitingBytes)
            buffer.accept(count)
            written += count
            const whole = expected.filter((_, index) => bytesThrough(expected, index) <= written)
            expect(told).to.deep.equal(whole)
            expect(buffer.writtenThrough).to.equal(6 + whole.length)
            // As after a write that failed: half a line is cut off and written again.
            if (piece % 3 === 0) written -= buffer.takeBackPartialLine()
          }
          buffer.accept(buffer.waitingBytes)
          expect(told).to.deep.equal(expected)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is each line once, in order, however writing, failing and reporting follow each other', () => {
    const steps = fc.array(fc.constantFrom('put', 'put', 'put', 'large', 'write', 'fail', 'report', 'spill'))
    const path = join(folder, 'lines')
    const bad = new LogFile(openSync('/dev/null', 'r'))
    fc.assert(
      fc.property(steps, order => {
        const told: string[] = []
        const buffer = new LineBuffer(0, (bytes, start, end) => told.push(bytes.toString('utf8', start, end)))
        const file = new LogFile(openSync(path, 'w+'))
        const expected: string[] = []
        for (const step of order) {
          const text = head(`${expected.length}-${'x'.repeat(9000)}`)
          if (step === 'put' && buffer.freeBytes < 10_000) buffer.spill()
          if (step === 'put' || step === 'large') {
            expected.push(`${text},"seq":${expected.length}}`)
            if (step === 'put') buffer.put(text)
            else buffer.putLarge(text)
          } else if (step === 'write') buffer.drainInto(file)
          else if (step === 'spill') buffer.spill()
          else if (step === 'report') buffer.reportWritten()
          else if (buffer.waitingBytes > 0) expect(() => buffer.drainInto(bad)).to.throw(/EBADF/)
          const written = readFileSync(path, 'utf8').split('\n').slice(0, -1)
          expect(written).to.deep.equal(expected.slice(0, written.length))
          expect(buffer.writtenThrough).to.equal(written.length - 1)
          expect(told).to.deep.equal(expected.slice(0, told.length))
          expect(told.length).to.be.at.most(written.length)
          if (step === 'report') expect(told).to.deep.equal(written)
        }
        buffer.drainInto(file)
        buffer.reportWritten()
        expect(told).to.deep.equal(expected)
        expect(buffer.waitingBytes).to.equal(0)
        file.close()
      }),
      { numRuns: 200 },
    )
    bad.close()
  })
})

/** Of the lines up to this one, with their line breaks. */
function bytesThrough(lines: readonly string[], index: number): number {
  return Buffer.byteLength(lines.slice(0, index + 1).join('\n')) + 1
}
