import { expect } from 'chai'
import fc from 'fast-check'
import { LineBuffer } from '../../../src/journal/line-buffer.ts'
import { head } from '../support/test-logs.ts'

describe('what is sealed of the lines that wait', () => {
  it('is each line once, whole, as soon as the kernel has all of it, in whatever pieces that takes them', () => {
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
})

/** Of the lines up to this one, with their line breaks. */
function bytesThrough(lines: readonly string[], index: number): number {
  return Buffer.byteLength(lines.slice(0, index + 1).join('\n')) + 1
}
