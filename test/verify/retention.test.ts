import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { lineWithSeq, retentionDeleted, rootOfLines, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { changeLines, flipBit, inShort, removeFolders, sealed, verified } from './support/verified.ts'

const LINES = toolCalls(600).map((record, seq) => lineWithSeq(record, seq))

/** Three files of 300 records; the newest begins with the record that says that the first 300 are deleted. */
function aboutToDelete({
  root = rootOfLines(LINES.slice(0, 300)),
  lastSeq = 299,
  checkpoints = [200, 450, 900],
} = {}): SealedFolder {
  const record = retentionDeleted('audit.jsonl.2', 0, lastSeq, root)
  return sealed({ records: [...toolCalls(600), record, ...toolCalls(299)], files: [300, 300, 300], checkpoints })
}

function withoutHead(folder: SealedFolder): SealedFolder {
  rmSync(join(folder.dir, 'audit.jsonl.2'))
  return folder
}

const head = { firstSeq: 0, lastSeq: 299 }

describe('records that were deleted by retention', () => {
  after(removeFolders)

  it('are stated from the sealed record that says so', async () => {
    const report = await verified(withoutHead(aboutToDelete()))
    expect(report).to.include({ status: 'intact', treeSize: 900, records: 600, firstSeq: 300, lastSeq: 899 })
    expect(report.retained).to.deep.equal([
      { seq: 600, file: 'audit.jsonl.2', ...head, root: rootOfLines(LINES.slice(0, 300)) },
    ])
    expect(report.gaps).to.deep.equal([])
  })

  it('may still be there: the process ended before it deleted them', async () => {
    const report = await verified(aboutToDelete())
    expect(report).to.include({ status: 'intact', records: 900, firstSeq: 0 })
  })

  it('may be fewer than the record says', async () => {
    const folder = aboutToDelete({ lastSeq: 450, root: rootOfLines(LINES.slice(0, 451)) })
    expect((await verified(withoutHead(folder))).status).to.equal('intact')
  })

  const missing = ['missing-head audit.jsonl.1:1 0']
  const cases: readonly (readonly [name: string, folder: () => SealedFolder, problems: readonly string[]])[] = [
    ['no record says so', () => sealed({ records: toolCalls(900), files: [300, 300, 300] }), missing],
    ['the record has another root', () => aboutToDelete({ root: rootOfLines(['x']) }), missing],
    ['the record says fewer', () => aboutToDelete({ lastSeq: 298, root: rootOfLines(LINES.slice(0, 299)) }), missing],
    [
      'no checkpoint covers the record',
      () => aboutToDelete({ checkpoints: [200, 450] }),
      [...missing, 'unsealed-tail audit.jsonl.1:151 450'],
    ],
    ['the record was edited', () => edited(aboutToDelete()), [...missing, 'edited-line audit.jsonl:1 600']],
  ]
  for (const [name, folder, problems] of cases) {
    it(`are missing where ${name}`, async () => {
      const report = await verified(withoutHead(folder()))
      expect(report.status).to.equal('tampered')
      expect(inShort(report)).to.deep.equal(problems)
      expect(report.gaps[0]).to.deep.equal(head)
    })
  }

  it('are missing where more are gone than the record says', async () => {
    const folder = withoutHead(aboutToDelete())
    changeLines(folder, 'audit.jsonl.1', lines => lines.slice(1))
    expect(inShort(await verified(folder))).to.deep.equal(['missing-head audit.jsonl.1:1 0'])
  })

  it('do not excuse records that are missing elsewhere', async () => {
    const folder = withoutHead(aboutToDelete())
    changeLines(folder, 'audit.jsonl.1', lines => lines.toSpliced(5, 1))
    expect(inShort(await verified(folder))).to.deep.equal(['missing-line audit.jsonl.1:6 305'])
  })

  describe('are still protected by their tiles:', () => {
    it('a changed tile of theirs is named, also where no line is left that tells', async () => {
      const folder = withoutHead(aboutToDelete())
      flipBit(join(folder.dir, 'seal/tile/0/000'), 9000)
      expect(inShort(await verified(folder))[0]).to.equal('changed-tile seal/tile/0/000 0')
    })

    it('a changed tile above them is named', async () => {
      const folder = withoutHead(aboutToDelete())
      flipBit(join(folder.dir, 'seal/tile/1/000.p/3'), 5)
      expect(inShort(await verified(folder))[0]).to.equal('changed-tile seal/tile/1/000.p/3 -')
    })

    it('a changed tile that holds the last of them and the first that are left', async () => {
      const folder = withoutHead(aboutToDelete())
      flipBit(join(folder.dir, 'seal/tile/0/001'), 8 * 32 * 20)
      expect(inShort(await verified(folder))[0]).to.match(/^changed-tile seal\/tile\/0\/00[01] /)
    })

    it('a missing tile is named, and what the tile above tells is still compared', async () => {
      const folder = withoutHead(aboutToDelete())
      rmSync(join(folder.dir, 'seal/tile/0/000'))
      changeLines(folder, 'audit.jsonl.1', lines => lines.map(line => line.replace('"call-400"', '"call-401"')))
      expect(inShort(await verified(folder))).to.deep.equal([
        'edited-line audit.jsonl.1:101 400',
        'missing-tile seal/tile/0/000 -',
      ])
    })
  })
})

function edited(folder: SealedFolder): SealedFolder {
  changeLines(folder, 'audit.jsonl', lines => lines.with(0, (lines[0] ?? '').replace('"Info"', '"info"')))
  return folder
}
