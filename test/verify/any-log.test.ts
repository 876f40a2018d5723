import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { testSigner, toolCall, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { changeLines, linesOf, removeFolders, sealed, verified } from './support/verified.ts'
import { basename } from 'node:path'

interface Shape {
  readonly files: readonly number[]
  readonly checkpoints: readonly number[]
  readonly rotations: readonly number[]
}

/** Up to 700 records, so that there may be several tiles. */
const shape: fc.Arbitrary<Shape> = fc
  .record({
    files: fc.array(fc.oneof(fc.nat(6), fc.nat(200)), { minLength: 1, maxLength: 5 }),
    checkpoints: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
    rotations: fc.array(fc.nat(700), { maxLength: 2 }),
  })
  .map(({ files, checkpoints, rotations }) => {
    const total = files.reduce((sum, count) => sum + count, 0)
    const sizes = new Set([...checkpoints.map(share => Math.ceil(share * total)), total])
    return { files, checkpoints: [...sizes].filter(size => size > 0).toSorted((a, b) => a - b), rotations }
  })

function made({ files, checkpoints, rotations }: Shape): SealedFolder {
  const total = files.reduce((sum, count) => sum + count, 0)
  const sizes = [0, ...checkpoints]
  const starts = rotations.map(at => sizes[at % sizes.length] ?? 0).toSorted((a, b) => a - b)
  const keyAt = (size: number): number => starts.filter(start => start < size).length
  const signersAt = (size: number): ReturnType<typeof testSigner>[] => {
    const before = sizes[sizes.indexOf(size) - 1] ?? 0
    return [...new Set([keyAt(before), keyAt(size)])].map(key => testSigner(key + 1))
  }
  return sealed({ records: toolCalls(total), files, checkpoints, signersAt })
}

describe('any log', () => {
  afterEach(removeFolders)

  it('is intact as it was sealed', async () => {
    const property = fc.asyncProperty(shape, async plan => {
      const report = await verified(made(plan))
      expect(report.problems).to.deep.equal([])
      expect(report.status).to.equal('intact')
      expect(report.records).to.equal(report.treeSize)
      expect(report.checkpoints).to.equal(plan.checkpoints.length + 1)
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('is not intact with any change to its lines', async () => {
    const change = fc.record({
      file: fc.nat(),
      at: fc.nat(),
      to: fc.nat(),
      count: fc.integer({ min: 1, max: 5 }),
      kind: fc.constantFrom('delete', 'insert', 'duplicate', 'move', 'byte', 'garbage'),
    })
    const property = fc.asyncProperty(
      shape,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (plan, changes) => {
        const folder = made(plan)
        const before = contentOf(folder)
        for (const { file, at, to, count, kind } of changes) {
          const path = folder.files[file % folder.files.length] ?? ''
          if (kind === 'byte') {
            const bytes = readFileSync(path)
            if (bytes.length > 0) bytes[at % bytes.length] = to % 256
            writeFileSync(path, bytes)
            continue
          }
          changeLines(folder, basename(path), lines => {
            const place = at % (lines.length + 1)
            const some = lines.slice(place, place + count)
            if (kind === 'delete') return lines.toSpliced(place, count)
            if (kind === 'duplicate') return lines.toSpliced(to % (lines.length + 1), 0, ...some)
            if (kind === 'insert') return lines.toSpliced(place, 0, JSON.stringify({ ...toolCall(to), seq: to % 800 }))
            if (kind === 'garbage') return lines.toSpliced(place, 0, 'garbage')
            const rest = lines.toSpliced(place, count)
            return rest.toSpliced(to % (rest.length + 1), 0, ...some)
          })
        }
        fc.pre(contentOf(folder) !== before)
        const report = await verified(folder)
        expect(report.status).to.not.equal('intact')
        expect(report.problems).to.not.be.empty
        for (const { file, line } of report.problems) {
          if (file !== null && line !== null) expect(line).to.be.within(1, linesOf(folder, file).length + 1)
        }
      },
    )
    await fc.assert(property, { numRuns: 150 })
  })

  it('names exactly the records that are missing', async () => {
    const property = fc.asyncProperty(shape, fc.func(fc.integer({ min: 0, max: 9 })), async (plan, rank) => {
      const folder = made(plan)
      const kept = new Set([...folder.lines.keys()].filter(seq => rank(seq) > 1))
      for (const path of folder.files) {
        changeLines(folder, basename(path), lines => lines.filter(line => kept.has(JSON.parse(line).seq)))
      }
      const { gaps, omitted, records } = await verified(folder)
      expect(records).to.equal(kept.size)
      if (omitted.gaps > 0) return
      const missing = gaps.flatMap(({ firstSeq, lastSeq }) =>
        Array.from({ length: lastSeq - firstSeq + 1 }, (_, at) => firstSeq + at),
      )
      expect(missing).to.deep.equal([...folder.lines.keys()].filter(seq => !kept.has(seq)))
    })
    await fc.assert(property, { numRuns: 60 })
  })
})

function contentOf({ files }: SealedFolder): string {
  return files.map(path => readFileSync(path, 'latin1')).join('\u{0}')
}
