import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { HASH_BYTES, leafHash } from '../../src/seal/merkle-hash.ts'
import { rootOfHashes } from '../../src/seal/tile-hash-reader.ts'
import { blockReaderFor } from '../../src/verify/block-threads.ts'
import { readLineBlock } from '../../src/verify/line-block.ts'
import type { FilePart, LineBlock } from '../../src/verify/line-block.ts'
import { NO_SEQ, seqAtEnd } from '../../src/verify/seq-at-end.ts'
import { lineWithSeq, ownRecord, sealedFolder, toolCalls } from '../support/sealed-folder.ts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'

const PATH = join(tmpdir(), `kansa-blocks-${process.pid}`)

/** The file in parts of `bytes`. */
function partsOf(fd: number, size: number, bytes: number, wantsOutcomes = false): FilePart[] {
  const count = Math.ceil(size / bytes)
  return Array.from({ length: count }, (_, at) => ({
    path: PATH,
    fd,
    start: at * bytes,
    end: Math.min(size, (at + 1) * bytes),
    fileEnd: size,
    wantsOutcomes,
  }))
}

function linesIn(content: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at < content.length; ) {
    const lineBreak = content.indexOf(10, at)
    const end = lineBreak === -1 ? content.length : lineBreak
    lines.push(content.subarray(at, end))
    at = end + 1
  }
  return lines
}

describe('the lines of a file', () => {
  after(() => rmSync(PATH, { force: true }))

  it('are the same in parts of any size', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }).map(text => Buffer.from(text.replaceAll('\n', ' '))),
      fc.nat(2 ** 40).map(seq => lineWithSeq({ id: 'x' }, seq)),
      fc.integer({ min: 100, max: 60_000 }).map(length => Buffer.alloc(length, 'y')),
    )
    const property = fc.property(
      fc.array(line, { maxLength: 30 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 500 }),
      (lines, isWhole, bytes) => {
        const content = Buffer.concat(lines.flatMap(bytesOf => [bytesOf, Buffer.from('\n')]))
        writeFileSync(PATH, isWhole ? content : content.subarray(0, -1))
        const size = statSync(PATH).size
        const expected = linesIn(isWhole ? content : content.subarray(0, -1))
        const fd = openSync(PATH, 'r')
        try {
          const blocks = partsOf(fd, size, Math.max(bytes, Math.ceil(size / 50))).map(readLineBlock)
          expect(Buffer.concat(blocks.map(({ hashes }) => hashes))).to.deep.equal(Buffer.concat(expected.map(leafHash)))
          expect(blocks.flatMap(({ seqs }) => [...seqs])).to.deep.equal(
            expected.map(text => seqAtEnd(text, 0, text.length)),
          )
          expect(blocks.flatMap(({ ends }) => [...ends]).at(-1) ?? 0).to.equal(size)
          const isUnfinished = expected.length > 0 && !isWhole && content.at(-2) !== 10
          expect(blocks.every(({ isTerminated }) => isTerminated)).to.equal(!isUnfinished)
        } finally {
          closeSync(fd)
        }
      },
    )
    fc.assert(property, { numRuns: 40 })
  })

  it('are the same from other threads, with tiles, records of the log itself and outcomes', async () => {
    const { dir, files } = sealedFolder({
      records: [...toolCalls(3000), ownRecord('AuditFailure', {}), ...toolCalls(5)],
    })
    const [path = ''] = files
    const fd = openSync(path, 'r')
    const threads = blockReaderFor(Infinity, 2)
    try {
      const parts = partsOf(fd, statSync(path).size, 100_000, true)
      const here = parts.map(readLineBlock)
      const there = await Promise.all(parts.map(part => threads.read(part)))
      expect(there.map(comparable)).to.deep.equal(here.map(comparable))
      expect(here.flatMap(({ own }) => own)).to.have.length(1)
      const { tiles, hashes } =
        here[2] ?? readLineBlock({ path, fd, start: 0, end: 0, fileEnd: 0, wantsOutcomes: false })
      const [start = -1] = tiles.starts
      expect(start).to.be.at.least(0)
      expect(tiles.roots.subarray(0, HASH_BYTES)).to.deep.equal(
        rootOfHashes(hashes.subarray(start * HASH_BYTES, (start + 256) * HASH_BYTES)),
      )
    } finally {
      await threads.close()
      closeSync(fd)
      rmSync(dir, { recursive: true })
    }
  })

  it('fail in a thread as they do here', async () => {
    const threads = blockReaderFor(Infinity, 2)
    const error = await threads
      .read({ path: PATH, fd: 9999, start: 0, end: 5, fileEnd: 5, wantsOutcomes: false })
      .then(undefined, (thrown: unknown) => thrown)
    await threads.close()
    expect(error).to.include({ code: 'KANSA_UNREADABLE' })
  })
})

describe('the seq of a line', () => {
  for (const [line, seq] of [
    ['{"id":"a","seq":0}', 0],
    ['{"id":"a","seq":41}', 41],
    ['{"id":"a","seq":9007199254740991}', Number.MAX_SAFE_INTEGER],
    ['{"id":"a","seq":9007199254740992}', NO_SEQ],
    ['{"id":"a","seq":99999999999999999999}', NO_SEQ],
    ['{"id":"a","seq":-1}', NO_SEQ],
    ['{"id":"a","seq":"41"}', NO_SEQ],
    ['{"id":"a","seq":}', NO_SEQ],
    ['{"id":"a","seq":41} ', NO_SEQ],
    ['{"id":"a","xseq":41}', NO_SEQ],
    ['41}', NO_SEQ],
    ['}', NO_SEQ],
    ['', NO_SEQ],
  ] as const) {
    it(`of ${line || 'an empty one'} is ${seq}`, () => {
      const bytes = Buffer.from(`,"seq":7${line}`)
      expect(seqAtEnd(bytes, bytes.length - line.length, bytes.length)).to.equal(seq)
    })
  }
})

function comparable({ seqs, ends, hashes, tiles, ...rest }: LineBlock): object {
  return {
    ...rest,
    hashes: hashes.toString('hex'),
    seqs: [...seqs],
    ends: [...ends],
    starts: tiles.starts,
    roots: tiles.roots.toString('hex'),
  }
}
