import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { signedCheckpoint, testSigner, toolCall, toolCalls, writeCheckpoints } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { changeLines, flipBit, inShort, removeFolders, sealed, verified } from './support/verified.ts'

type Attack = readonly [name: string, attack: (folder: SealedFolder) => void, problems: readonly string[]]

const SIZES = [100, 400, 600, 700, 1000]
const ALL = 'seal/checkpoints'

/** On a thousand records: four tiles of leaves, the last with 232, and one tile above them with 3 hashes. */
const TILES: readonly Attack[] = [
  ['flips a bit of a full tile', flip('tile/0/001', 300), ['changed-tile seal/tile/0/001 -']],
  ['flips a bit of the last tile', flip('tile/0/003.p/232', 300), ['changed-tile seal/tile/0/003.p/232 -']],
  ['flips a bit of a tile above', flip('tile/1/000.p/3', 300), ['changed-tile seal/tile/1/000.p/3 -']],
  ['flips a bit of a tile that grew', flip('tile/0/000.p/100', 3), ['changed-tile seal/tile/0/000.p/100 -']],
  ['cuts a tile', ({ dir }) => truncateSync(join(dir, 'seal/tile/0/001'), 320), ['changed-tile seal/tile/0/001 -']],
  [
    'adds to a tile',
    ({ dir }) => appendFileSync(join(dir, 'seal/tile/0/001'), 'x'),
    ['changed-tile seal/tile/0/001 -'],
  ],
  ['removes a tile', remove('tile/0/001'), ['missing-tile seal/tile/0/001 -']],
  ['removes tiles in a row', remove('tile/0/001', 'tile/0/002'), ['missing-tile seal/tile/0/001 -']],
  ['removes a tile above', remove('tile/1/000.p/3'), ['missing-tile seal/tile/1/000.p/3 -']],
  ['removes a tile that grew', remove('tile/0/000.p/100'), []],
  ['removes all tiles', remove('tile'), ['missing-tile seal/tile/0/000 -', 'missing-tile seal/tile/1/000.p/3 -']],
  ['adds a tile without records', write('tile/0/007', 'x'), ['changed-file seal/tile/0/007 -']],
  ['adds a file among the tiles', write('tile/0/zzz', 'x'), ['changed-file seal/tile/0/zzz -']],
  [
    'adds a folder among the tiles',
    ({ dir }) => mkdirSync(join(dir, 'seal/tile/0/notes')),
    ['changed-file seal/tile/0/notes -'],
  ],
  ['puts a link in place of a tile', linkTile, ['missing-tile seal/tile/0/001 -', 'changed-file seal/tile/0/001 -']],
]

const CHECKPOINTS: readonly Attack[] = [
  ['flips a bit of the newest one', flip('checkpoint', 500), ['changed-checkpoint seal/checkpoint -']],
  ['flips a bit of an older one', flip('checkpoints', 2000), ['changed-checkpoint seal/checkpoints:7 -']],
  ['puts an old one in place of the newest', newest(-3), ['changed-checkpoint seal/checkpoint -']],
  [
    'removes the newest from the history',
    history(notes => notes.slice(0, -1)),
    ['changed-checkpoint seal/checkpoint -'],
  ],
  ['removes the first from the history', history(notes => notes.slice(1)), ['missing-checkpoint seal/checkpoints:1 -']],
  [
    'swaps two of the history',
    history(([a, b, c, ...rest]) => [a, c, b, ...rest]),
    ['inconsistent-checkpoint seal/checkpoints:13 -'],
  ],
  [
    'repeats one of the history',
    history(([a, b, ...rest]) => [a, b, b, ...rest]),
    ['inconsistent-checkpoint seal/checkpoints:13 -'],
  ],
  ['removes the newest', remove('checkpoint'), ['missing-checkpoint seal/checkpoint -']],
  ['removes the history', remove('checkpoints'), ['missing-checkpoint seal/checkpoints -']],
  ['empties the history', write('checkpoints', ''), ['missing-checkpoint seal/checkpoints -']],
  ['removes both', remove('checkpoint', 'checkpoints'), ['missing-checkpoint audit.jsonl.2:1 0']],
  [
    'fills the history with garbage',
    write('checkpoints', 'garbage\n\n'.repeat(1000)),
    ['changed-checkpoint seal/checkpoints:1 -', 'changed-checkpoint seal/checkpoint -'],
  ],
  [
    'adds a signature line',
    history(notes => notes.map((note, at) => (at === 2 ? withSignature(note) : note))),
    ['changed-checkpoint seal/checkpoints:13 -'],
  ],
  [
    'repeats a signature line',
    history(notes => notes.map((note, at) => (at === 2 ? withSignatureTwice(note) : note))),
    ['changed-checkpoint seal/checkpoints:13 -'],
  ],
  [
    'puts a folder in place of the newest',
    folderInPlaceOf('checkpoint'),
    ['changed-checkpoint seal/checkpoint -', 'changed-file seal/checkpoint -'],
  ],
]

const OTHERS: readonly Attack[] = [
  [
    'removes the whole seal',
    ({ dir }) => rmSync(join(dir, 'seal'), { recursive: true }),
    ['missing-checkpoint audit.jsonl.2:1 0'],
  ],
  ['puts a link in place of the seal', linkSeal, ['changed-file seal -', 'missing-checkpoint audit.jsonl.2:1 0']],
  ['adds a file to the seal', write('notes.txt', 'x'), ['changed-file seal/notes.txt -']],
  ['removes seal/format', remove('format'), ['changed-file seal/format -']],
  [
    'changes the name of the log',
    write('format', '{"format":1,"origin":"kansa.log/other"}\n'),
    ['inconsistent-checkpoint seal/checkpoints:1 -'],
  ],
  [
    'writes seal/format another way',
    write('format', '{"format": 1,"origin":"kansa.log/test"}\n'),
    ['changed-file seal/format -'],
  ],
  ['changes .gitignore', ({ dir }) => writeFileSync(join(dir, '.gitignore'), ''), ['changed-file .gitignore -']],
  ['changes a .gitignore that is of other people', foreignGitignore, []],
  ['leaves temporary files of a crash', write('checkpoint.tmp-0199c0de-0000-4000-8000-000000000000', 'x'), []],
]

describe('whoever changes the seal is found out:', () => {
  after(removeFolders)
  const groups: readonly (readonly [string, readonly Attack[]])[] = [
    ['tiles', TILES],
    ['checkpoints', CHECKPOINTS],
    ['other files', OTHERS],
  ]
  for (const [group, attacks] of groups) {
    describe(group, () => {
      for (const [name, attack, problems] of attacks) {
        it(name, async () => {
          const folder = thousand()
          attack(folder)
          const report = await verified(folder)
          expect(inShort(report)).to.deep.equal(problems)
          expect(report.status).to.equal(problems.length === 0 ? 'intact' : 'tampered')
        })
      }
    })
  }

  it('a checkpoint that contradicts an earlier one, signed with the key of the log', async () => {
    const folder = thousand()
    const rewritten = thousand(toolCalls(1000).with(450, toolCall(5)))
    const forged = signedCheckpoint(rewritten.lines, [testSigner()])
    writeCheckpoints(rewritten.dir, [...folder.notes.slice(0, 5), forged])
    const report = await verified(rewritten)
    expect(inShort(report)).to.deep.equal([`inconsistent-checkpoint ${ALL}:19 -`])
    expect(report.problems[0]?.message).to.contain('size 600 (and 1 more)')
  })

  it('a checkpoint in between whose root is of other records', async () => {
    const folder = thousand()
    const forged = signedCheckpoint(thousand(toolCalls(1001).slice(1)).lines.slice(0, 400), [testSigner()])
    writeCheckpoints(folder.dir, folder.notes.with(2, forged))
    expect(inShort(await verified(folder))).to.deep.equal([`inconsistent-checkpoint ${ALL}:13 -`])
  })

  it('a changed tile and an edited line are told apart', async () => {
    const folder = thousand()
    flipBit(join(folder.dir, 'seal/tile/0/001'), 300)
    changeLines(folder, 'audit.jsonl', lines => lines.map(line => line.replace('"call-650"', '"call-651"')))
    expect(inShort(await verified(folder))).to.deep.equal([
      'edited-line audit.jsonl:51 650',
      'changed-tile seal/tile/0/001 -',
    ])
  })

  it('an edited line where its tile is gone', async () => {
    const folder = thousand()
    rmSync(join(folder.dir, 'seal/tile/0/002'))
    changeLines(folder, 'audit.jsonl', lines => lines.map(line => line.replace('"call-650"', '"call-651"')))
    expect(inShort(await verified(folder))).to.deep.equal([
      'missing-tile seal/tile/0/002 -',
      'edited-line audit.jsonl 600',
    ])
  })
})

function thousand(records = toolCalls(1000)): SealedFolder {
  return sealed({ records, files: [300, 300, records.length - 600], checkpoints: SIZES })
}

function flip(name: string, bit: number): Attack[1] {
  return ({ dir }) => flipBit(join(dir, 'seal', name), bit)
}

function remove(...names: readonly string[]): Attack[1] {
  return ({ dir }) => {
    for (const name of names) rmSync(join(dir, 'seal', name), { recursive: true })
  }
}

function write(name: string, content: string): Attack[1] {
  return ({ dir }) => writeFileSync(join(dir, 'seal', name), content)
}

function newest(index: number): Attack[1] {
  return ({ dir, notes }) => writeFileSync(join(dir, 'seal/checkpoint'), notes.at(index) ?? '')
}

/** Rewrites the history and leaves the newest checkpoint as it is. */
function history(change: (notes: Buffer[]) => readonly (Buffer | undefined)[]): Attack[1] {
  return ({ dir, notes }) => {
    const changed = change([...notes]).map(note => note ?? Buffer.alloc(0))
    writeFileSync(join(dir, ALL), Buffer.concat(changed.flatMap(note => [note, Buffer.from('\n')])))
  }
}

function withSignature(note: Buffer): Buffer {
  const foreign = signedCheckpoint([], [testSigner(9, 'stranger')]).toString()
  return Buffer.concat([note, Buffer.from(foreign.slice(foreign.indexOf('\n\n') + 2))])
}

function withSignatureTwice(note: Buffer): Buffer {
  return Buffer.concat([note, note.subarray(note.indexOf('\n\n') + 2)])
}

function folderInPlaceOf(name: string): Attack[1] {
  return ({ dir }) => {
    rmSync(join(dir, 'seal', name))
    mkdirSync(join(dir, 'seal', name))
  }
}

function linkTile({ dir }: SealedFolder): void {
  const tile = join(dir, 'seal/tile/0/001')
  renameSync(tile, join(dir, 'kept'))
  symlinkSync(join(dir, 'kept'), tile)
}

function linkSeal({ dir }: SealedFolder): void {
  renameSync(join(dir, 'seal'), join(dir, 'kept'))
  symlinkSync(join(dir, 'kept'), join(dir, 'seal'))
}

function foreignGitignore({ dir }: SealedFolder): void {
  writeFileSync(join(dir, '.gitignore'), 'node_modules\n')
  writeFileSync(join(dir, 'package.json'), '{}')
}
