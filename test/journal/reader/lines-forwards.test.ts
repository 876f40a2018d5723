import { expect } from 'chai'
import fc from 'fast-check'
import { LineJoiner, linesOf, MAX_LINE_BYTES, type StoredLine } from '../../../src/journal/read-lines.ts'

describe('lines read forwards', () => {
  const splitAt = (bytes: Buffer, cuts: readonly number[]): StoredLine[] => {
    const joiner = new LineJoiner('file', 0)
    const lines: StoredLine[] = []
    let from = 0
    for (const cut of [...cuts.map(cut => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]) {
      lines.push(...joiner.push(bytes.subarray(from, cut)).flatMap(linesOf))
      from = cut
    }
    const rest = joiner.rest()
    return rest === undefined ? lines : [...lines, rest]
  }

  it('are the same however the bytes arrive', () => {
    const content = fc.array(fc.constantFrom('\n', '\0', 'a', 'é', '😀', '{"id":"1"}', '\r'), { maxLength: 60 })
    fc.assert(
      fc.property(content, fc.array(fc.nat(), { maxLength: 20 }), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''))
        const lines = splitAt(bytes, cuts)
        const rebuilt = lines.map(line => `${line.bytes?.toString()}${line.terminated ? '\n' : ''}`).join('')
        expect(rebuilt).to.equal(bytes.toString())
        expect(lines.length).to.equal(bytes.toString().split('\n').length - (bytes.toString().match(/(^|\n)$/) ? 1 : 0))
        for (const line of lines) {
          expect(bytes.subarray(line.start, line.start + line.length).equals(line.bytes ?? Buffer.alloc(0))).to.equal(
            true,
          )
        }
      }),
    )
  })

  it('are told without their bytes when they are too long, and the next one is whole', () => {
    const joiner = new LineJoiner('file', 0)
    const block = Buffer.alloc(1024 * 1024, 'x')
    const blocks = MAX_LINE_BYTES / block.length + 1
    for (let i = 0; i < blocks; i++) expect(joiner.push(block)).to.deep.equal([])
    const [long, next] = joiner.push(Buffer.from('yz\nnext\n')).flatMap(linesOf)
    expect(long).to.include({ start: 0, length: blocks * block.length + 2, bytes: undefined, terminated: true })
    expect(next?.bytes?.toString()).to.equal('next')
    expect(next?.start).to.equal((long?.length ?? 0) + 1)
  })

  it('have their whole bytes up to the limit', () => {
    const block = Buffer.alloc(MAX_LINE_BYTES + 1, 'x').fill('\n', MAX_LINE_BYTES)
    const [line] = new LineJoiner('file', 0).push(block).flatMap(linesOf)
    expect(line?.bytes?.length).to.equal(MAX_LINE_BYTES)
  })
})
