import { appendFileSync, cpSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { lineWithSeq, signedCheckpoint, testSigner, toolCall, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { inShort, removeFolders, sealed, threeFiles, verified } from './support/verified.ts'

type Crash = readonly [name: string, crash: (folder: SealedFolder) => void, problems: readonly string[]]

const NEXT = [30, 31, 32].map(seq => `${lineWithSeq(toolCall(seq), seq).toString()}\n`).join('')
const TAIL = 'unsealed-tail audit.jsonl:11 30'

/** In the order of a commit: lines, tiles, the history of checkpoints, the newest checkpoint. */
const CRASHES: readonly Crash[] = [
  ['within a line', append('audit.jsonl', '{"id":"x","time'), ['torn-line audit.jsonl:11 -']],
  [
    'with NUL bytes where data did not reach the disk',
    append('audit.jsonl', '\0'.repeat(300)),
    ['torn-line audit.jsonl:11 -'],
  ],
  ['with garbage', append('audit.jsonl', 'garb\nage\n'), ['torn-line audit.jsonl:11 -']],
  ['behind its lines', append('audit.jsonl', NEXT), [TAIL]],
  ['within a line behind others', append('audit.jsonl', `${NEXT}{"id"`), [TAIL, 'torn-line audit.jsonl:14 -']],
  ['behind its tiles', aheadOf('tile'), [TAIL]],
  ['within a tile', tornTile, [TAIL]],
  [
    'within a note of the history',
    append('seal/checkpoints', 'kansa.log/test\n3'),
    ['unfinished-commit seal/checkpoints:31 -'],
  ],
  [
    'behind the text of such a note',
    append('seal/checkpoints', 'kansa.log/test\n33\nabc\n\n'),
    ['unfinished-commit seal/checkpoints:31 -'],
  ],
  ['before the line break behind such a note', tornNote, ['unfinished-commit seal/checkpoints:31 -']],
  [
    'with NUL bytes in the history',
    append('seal/checkpoints', '\0'.repeat(100)),
    ['unfinished-commit seal/checkpoints:31 -'],
  ],
  ['behind the history', aheadOf('tile', 'checkpoints'), ['unfinished-commit seal/checkpoints -']],
  ['behind the temporary file of the newest checkpoint', temporary, ['unfinished-commit seal/checkpoints -']],
  ['behind all of it', aheadOf('tile', 'checkpoints', 'checkpoint'), []],
  ['between the renames of a rotation', rotating, []],
]

describe('a process that dies within a commit leaves a log that is not tampered with:', () => {
  after(removeFolders)

  for (const [name, crash, problems] of CRASHES) {
    it(name, async () => {
      const folder = threeFiles()
      crash(folder)
      const report = await verified(folder)
      expect(inShort(report)).to.deep.equal(problems)
      expect(report.status).to.equal(problems.length === 0 ? 'intact' : 'incomplete')
      expect(report.records).to.be.at.least(30)
    })
  }

  for (const [name, crash] of CRASHES) {
    it(`${name}; the same while a writer lives is intact`, async () => {
      const folder = threeFiles()
      crash(folder)
      const report = await verified(folder, { writerState: () => 'live' })
      expect(inShort(report)).to.deep.equal([])
      expect(report).to.include({ status: 'intact', writer: 'live' })
    })
  }

  it('a lock of somebody who cannot be seen from here excuses nothing', async () => {
    const folder = threeFiles()
    append('audit.jsonl', NEXT)(folder)
    expect(await verified(folder, { writerState: () => 'unknown' })).to.include({ status: 'incomplete', unsealed: 3 })
  })
})

describe('a log without any checkpoint', () => {
  after(removeFolders)

  it('is incomplete where it has no record yet, and where only the first commit is unfinished', async () => {
    const folder = sealed({ records: [] })
    expect(await verified(folder)).to.include({ status: 'intact', records: 0, treeSize: 0 })
    rmSync(join(folder.dir, 'seal/checkpoint'))
    expect(inShort(await verified(folder))).to.deep.equal(['unfinished-commit seal/checkpoints -'])
    rmSync(join(folder.dir, 'seal/checkpoints'))
    expect(inShort(await verified(folder))).to.deep.equal(['unfinished-commit - -'])
  })

  it('is tampered with where it has records with seq, and at best incomplete while a writer lives', async () => {
    const folder = threeFiles()
    rmSync(join(folder.dir, 'seal'), { recursive: true })
    const report = await verified(folder)
    expect(report).to.include({ status: 'tampered', records: 0, unsealed: 30, treeSize: 0, origin: null })
    expect(inShort(report)).to.deep.equal(['missing-checkpoint audit.jsonl.2:1 0'])
    expect((await verified(folder, { writerState: () => 'live' })).status).to.equal('incomplete')
  })

  it('is incomplete where it is a journal of another program', async () => {
    const folder = threeFiles()
    rmSync(join(folder.dir, 'seal'), { recursive: true })
    for (const path of folder.files) writeFileSync(path, '{"id":"a"}\n{"id":"b"}\n')
    const report = await verified(folder)
    expect(report).to.include({ status: 'incomplete', unsealed: 6 })
    expect(inShort(report)).to.deep.equal(['unsealed-journal audit.jsonl.2:1 -'])
  })
})

function append(name: string, text: string): Crash[1] {
  return ({ dir }) => appendFileSync(join(dir, name), text)
}

/** The next commit, three records later, as far as it got. */
function aheadOf(...parts: readonly string[]): Crash[1] {
  return ({ dir }) => {
    const ahead = threeFiles({ records: toolCalls(33), files: [10, 10, 13], checkpoints: [7, 15, 23, 30, 33] })
    cpSync(join(ahead.dir, 'audit.jsonl'), join(dir, 'audit.jsonl'))
    for (const part of parts) cpSync(join(ahead.dir, 'seal', part), join(dir, 'seal', part), { recursive: true })
  }
}

function tornTile(folder: SealedFolder): void {
  append('audit.jsonl', NEXT)(folder)
  writeFileSync(join(folder.dir, 'seal/tile/0/000.p/33'), Buffer.alloc(40))
}

function tornNote(folder: SealedFolder): void {
  const note = signedCheckpoint(folder.lines, [testSigner()])
  append('seal/checkpoints', note.toString())(folder)
}

function temporary(folder: SealedFolder): void {
  aheadOf('tile', 'checkpoints')(folder)
  writeFileSync(join(folder.dir, 'seal/checkpoint.tmp-0199c0de-0000-4000-8000-000000000000'), 'kansa.lo')
}

/** The active file is a backup already, and the new one is not in place. */
function rotating({ dir }: SealedFolder): void {
  renameSync(join(dir, 'audit.jsonl.2'), join(dir, 'audit.jsonl.3'))
  renameSync(join(dir, 'audit.jsonl.1'), join(dir, 'audit.jsonl.2'))
  renameSync(join(dir, 'audit.jsonl'), join(dir, 'audit.jsonl.1'))
  writeFileSync(join(dir, 'audit.jsonl.new'), '')
}
