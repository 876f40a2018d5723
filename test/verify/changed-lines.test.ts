import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { lineWithSeq, sealedFolder, toolCall, toolCalls, writeCheckpoints } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { changeLines, flipBit, inShort, removeFolders, sealed, threeFiles, verified } from './support/verified.ts'

/** What the attack does to thirty records in three files of ten; what is said about it, one problem each. */
const ATTACKS: readonly (readonly [
  name: string,
  attack: (folder: SealedFolder) => void,
  problems: readonly string[],
])[] = [
  ['nothing', () => {}, []],
  ['edits a line', edit('audit.jsonl.1', 4), ['edited-line audit.jsonl.1:5 14']],
  ['edits the first line', edit('audit.jsonl.2', 0), ['edited-line audit.jsonl.2:1 0']],
  ['edits the last line', edit('audit.jsonl', 9), ['edited-line audit.jsonl:10 29']],
  [
    'edits three lines in a row',
    change('audit.jsonl', lines => lines.map((line, at) => (at > 2 && at < 6 ? edited(line) : line))),
    ['edited-line audit.jsonl:4 23'],
  ],
  [
    'edits lines here and there',
    change('audit.jsonl', lines => lines.map((line, at) => (at % 4 === 0 ? edited(line) : line))),
    ['edited-line audit.jsonl:1 20', 'edited-line audit.jsonl:5 24', 'edited-line audit.jsonl:9 28'],
  ],
  [
    'edits the seq of a line',
    change('audit.jsonl.1', lines => lines.map(line => line.replace('"seq":14}', '"seq":99}'))),
    ['edited-line audit.jsonl.1:5 14'],
  ],
  [
    'gives a line the seq of another',
    change('audit.jsonl.1', lines => lines.map(line => line.replace('"seq":14}', '"seq":17}'))),
    ['edited-line audit.jsonl.1:5 14'],
  ],
  [
    'makes a line that means the same',
    change('audit.jsonl.1', lines => lines.map((line, at) => (at === 4 ? line.replace('":"', '": "') : line))),
    ['edited-line audit.jsonl.1:5 14'],
  ],
  ['deletes a line', change('audit.jsonl.1', lines => lines.toSpliced(4, 1)), ['missing-line audit.jsonl.1:5 14']],
  [
    'deletes lines in a row',
    change('audit.jsonl.1', lines => lines.toSpliced(4, 3)),
    ['missing-line audit.jsonl.1:5 14'],
  ],
  [
    'deletes lines in two places',
    change('audit.jsonl.1', lines => lines.toSpliced(7, 1).toSpliced(4, 1)),
    ['missing-line audit.jsonl.1:5 14', 'missing-line audit.jsonl.1:7 17'],
  ],
  [
    'deletes all lines but two',
    change('audit.jsonl.1', lines => [lines[2] ?? '', lines[7] ?? '']),
    ['missing-line audit.jsonl.1:1 10', 'missing-line audit.jsonl.1:2 13', 'missing-line audit.jsonl:1 18'],
  ],
  ['inserts a line without seq', insert('audit.jsonl.1', 4, '{"id":"x"}'), ['inserted-line audit.jsonl.1:5 -']],
  ['inserts a line that is no JSON', insert('audit.jsonl.1', 4, 'nonsense'), ['inserted-line audit.jsonl.1:5 -']],
  ['inserts an empty line', insert('audit.jsonl.1', 4, ''), ['inserted-line audit.jsonl.1:5 -']],
  [
    'inserts a forged record before the real one',
    insert('audit.jsonl.1', 4, forged(14)),
    ['inserted-line audit.jsonl.1:5 14'],
  ],
  [
    'inserts a forged record behind the real one',
    insert('audit.jsonl.1', 5, forged(14)),
    ['inserted-line audit.jsonl.1:6 14'],
  ],
  [
    'inserts a record with a seq that is not sealed',
    insert('audit.jsonl.1', 5, forged(500)),
    ['inserted-line audit.jsonl.1:6 500'],
  ],
  [
    'inserts three lines',
    change('audit.jsonl.1', lines => lines.toSpliced(5, 0, '{}', '{}', '{}')),
    ['inserted-line audit.jsonl.1:6 -'],
  ],
  [
    'duplicates a line',
    change('audit.jsonl.1', lines => lines.toSpliced(5, 0, lines[4] ?? '')),
    ['duplicated-line audit.jsonl.1:6 14'],
  ],
  [
    'duplicates a line further on',
    change('audit.jsonl', lines => lines.toSpliced(5, 0, lines[1] ?? '')),
    ['duplicated-line audit.jsonl:6 21'],
  ],
  [
    'duplicates a later line before',
    change('audit.jsonl', lines => lines.toSpliced(1, 0, lines[6] ?? '')),
    ['duplicated-line audit.jsonl:2 26'],
  ],
  [
    'duplicates a line behind the end',
    change('audit.jsonl', lines => [...lines, lines[3] ?? '']),
    ['duplicated-line audit.jsonl:11 23'],
  ],
  [
    'swaps two lines',
    change('audit.jsonl.1', lines => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? '')),
    ['moved-line audit.jsonl.1:5 15'],
  ],
  [
    'swaps distant lines',
    change('audit.jsonl.1', lines => lines.with(2, lines[7] ?? '').with(7, lines[2] ?? '')),
    ['moved-line audit.jsonl.1:3 17', 'moved-line audit.jsonl.1:8 12'],
  ],
  [
    'moves a line forward',
    change('audit.jsonl.1', lines => [...lines.slice(1), lines[0] ?? '']),
    ['moved-line audit.jsonl.1:10 10'],
  ],
  [
    'moves a line back',
    change('audit.jsonl.1', lines => [lines[9] ?? '', ...lines.slice(0, 9)]),
    ['moved-line audit.jsonl.1:1 19'],
  ],
  [
    'joins two lines',
    change('audit.jsonl.1', lines => lines.toSpliced(4, 2, `${lines[4]} ${lines[5]}`)),
    ['edited-line audit.jsonl.1:5 15', 'missing-line audit.jsonl.1:5 14'],
  ],
  [
    'splits a line',
    change('audit.jsonl.1', lines => lines.toSpliced(4, 1, (lines[4] ?? '').slice(0, 9), (lines[4] ?? '').slice(9))),
    ['inserted-line audit.jsonl.1:5 -', 'edited-line audit.jsonl.1:6 14'],
  ],
  [
    'cuts the head of the oldest file',
    change('audit.jsonl.2', lines => lines.slice(3)),
    ['missing-head audit.jsonl.2:1 0'],
  ],
  [
    'cuts the end of the newest file',
    change('audit.jsonl', lines => lines.slice(0, -3)),
    ['truncated-log audit.jsonl 27'],
  ],
  [
    'cuts the end of a file between',
    change('audit.jsonl.1', lines => lines.slice(0, -3)),
    ['missing-line audit.jsonl:1 17'],
  ],
  ['cuts a file within a line', cut('audit.jsonl', 100), ['edited-line audit.jsonl:10 29']],
  ['cuts off the last line break', cut('audit.jsonl', 1), ['edited-line audit.jsonl:10 29']],
  ['cuts off a line break between files', cut('audit.jsonl.1', 1), ['edited-line audit.jsonl.1:10 19']],
  ['removes the oldest file', remove('audit.jsonl.2'), ['missing-head audit.jsonl.1:1 0']],
  ['removes a file between', remove('audit.jsonl.1'), ['missing-line audit.jsonl:1 10']],
  ['removes the newest file', remove('audit.jsonl'), ['truncated-log audit.jsonl.1 20']],
  ['removes all files', remove('audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.2'), ['truncated-log - 0']],
  ['swaps two files', swapFiles, ['moved-line audit.jsonl.1:1 0']],
  ['replaces a file by one of another log', foreign('audit.jsonl.1'), ['foreign-file audit.jsonl.1 -']],
  ['adds a file of another log', foreign('audit.jsonl.7'), ['foreign-file audit.jsonl.7 -']],
  ['edits every line of a file', change('audit.jsonl.1', lines => lines.map(edited)), ['foreign-file audit.jsonl.1 -']],
]

describe('whoever changes lines is found out, with one problem for one change:', () => {
  after(removeFolders)

  for (const [name, attack, problems] of ATTACKS) {
    it(name, async () => {
      const folder = threeFiles()
      attack(folder)
      const report = await verified(folder)
      expect(inShort(report)).to.deep.equal(problems)
      expect(report.status).to.equal(problems.length === 0 ? 'intact' : 'tampered')
    })
  }

  it('one deleted line of a thousand is one problem', async () => {
    const folder = sealed({ records: toolCalls(1000), checkpoints: [300, 600, 1000] })
    changeLines(folder, 'audit.jsonl', lines => lines.toSpliced(500, 1))
    const report = await verified(folder)
    expect(inShort(report)).to.deep.equal(['missing-line audit.jsonl:501 500'])
    expect(report).to.include({ records: 999, firstSeq: 0, lastSeq: 999 })
    expect(report.gaps).to.deep.equal([{ firstSeq: 500, lastSeq: 500 }])
  })

  it('the reported ranges name every record that is missing', async () => {
    const folder = threeFiles()
    rmSync(join(folder.dir, 'audit.jsonl.1'))
    changeLines(folder, 'audit.jsonl', lines => lines.slice(0, -1))
    const { gaps, problems } = await verified(folder)
    expect(gaps).to.deep.equal([
      { firstSeq: 10, lastSeq: 19 },
      { firstSeq: 29, lastSeq: 29 },
    ])
    expect(problems.map(({ message }) => message)).to.deep.equal([
      'records 10 to 19 are missing',
      'record 29 is missing',
    ])
  })

  describe('with the tiles recomputed to fit,', () => {
    it('a changed record is narrowed down by the checkpoints', async () => {
      const plan = { files: [300, 300, 400], checkpoints: [100, 400, 600, 700, 1000] }
      const folder = sealed({ records: toolCalls(1000), ...plan })
      sealedFolder({ records: toolCalls(1000).with(450, toolCall(9999)), ...plan, dir: folder.dir })
      writeCheckpoints(folder.dir, folder.notes)
      const report = await verified(folder)
      expect(inShort(report)).to.deep.equal(['edited-line audit.jsonl.1 400'])
      expect(report.problems[0]?.message).to.contain('one of the records 400 to 599')
    })

    it('a change below the first checkpoint is found', async () => {
      const folder = threeFiles()
      sealedFolder({
        records: toolCalls(30).with(0, toolCall(77)),
        files: [10, 10, 10],
        checkpoints: [7, 15, 23, 30],
        dir: folder.dir,
      })
      writeCheckpoints(folder.dir, folder.notes)
      expect(inShort(await verified(folder))).to.deep.equal(['edited-line audit.jsonl.2 0'])
    })
  })

  it('a line that was changed together with another tile is said to contradict its own', async () => {
    const folder = threeFiles()
    edit('audit.jsonl', 8)(folder)
    flipBit(join(folder.dir, 'seal/tile/0/000.p/30'), 25 * 32 * 8)
    const report = await verified(folder)
    expect(inShort(report)).to.deep.equal(['edited-line audit.jsonl:6 25', 'edited-line audit.jsonl:9 28'])
    expect(report.problems[0]?.message).to.contain('contradicts its tile')
  })
})

function edited(line: string): string {
  return line.replace('"success":true', '"success":false')
}

function forged(seq: number): string {
  return lineWithSeq(toolCall(99), seq).toString()
}

function change(name: string, by: (lines: string[]) => readonly string[]): (folder: SealedFolder) => void {
  return folder => changeLines(folder, name, by)
}

function edit(name: string, at: number): (folder: SealedFolder) => void {
  return change(name, lines => lines.with(at, edited(lines[at] ?? '')))
}

function insert(name: string, at: number, line: string): (folder: SealedFolder) => void {
  return change(name, lines => lines.toSpliced(at, 0, line))
}

function cut(name: string, bytes: number): (folder: SealedFolder) => void {
  return ({ dir }) => truncateSync(join(dir, name), readFileSync(join(dir, name)).length - bytes)
}

function remove(...names: readonly string[]): (folder: SealedFolder) => void {
  return ({ dir }) => {
    for (const name of names) rmSync(join(dir, name))
  }
}

function foreign(name: string): (folder: SealedFolder) => void {
  return ({ dir }) => {
    const other = threeFiles({ origin: 'kansa.log/other', records: toolCalls(60).slice(30) })
    copyFileSync(join(other.dir, 'audit.jsonl.1'), join(dir, name))
  }
}

function swapFiles({ dir }: SealedFolder): void {
  renameSync(join(dir, 'audit.jsonl.1'), join(dir, 'kept'))
  renameSync(join(dir, 'audit.jsonl.2'), join(dir, 'audit.jsonl.1'))
  renameSync(join(dir, 'kept'), join(dir, 'audit.jsonl.2'))
}
