import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { findLines, firstSeqOf } from '../../src/verify/proof/find-line.ts'
import type { StoredLine, Wanted } from '../../src/verify/proof/find-line.ts'
import { openSnapshot } from '../../src/verify/snapshot.ts'

const MIB = 1024 * 1024

describe('finding the lines of a record', () => {
  let dir: string
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'kansa-find-'))))
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const line = (seq: number, more: object = {}): string => JSON.stringify({ id: `id-${seq}`, ...more, seq })
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(dir, name), lines.map(text => `${text}\n`).join(''))
  const findAll = async (wanted: Wanted): Promise<StoredLine[]> => {
    const log = await openSnapshot(dir)
    try {
      return [...findLines(log.files, wanted)]
    } finally {
      log.close()
    }
  }
  const find = async (wanted: Wanted): Promise<string[]> => (await findAll(wanted)).map(({ bytes }) => bytes.toString())

  it('by number or id, in all files of the log, the oldest first', async () => {
    write('audit.jsonl.10', [line(0), line(1)])
    write('audit.jsonl.2', [line(2), line(12, { id: 'id-2' })])
    write('audit.jsonl', [line(3), line(2, { id: 'again' })])
    for (const other of ['audit.jsonl.new', 'audit.jsonl.corrupt-1', 'audit.jsonl.02', 'xaudit.jsonl']) {
      write(other, [line(2)])
    }
    expect(await find({ seq: 2 })).to.deep.equal([line(2), line(2, { id: 'again' })])
    expect(await find({ id: 'id-2' })).to.deep.equal([line(2), line(12, { id: 'id-2' })])
    expect(await find({ seq: 4 })).to.deep.equal([])
    const log = await openSnapshot(dir)
    expect(firstSeqOf(log.files)).to.equal(0)
    log.close()
    expect((await findAll({ seq: 2 })).map(({ path, offset }) => ({ path, offset }))).to.deep.equal([
      { path: join(dir, 'audit.jsonl.2'), offset: 0 },
      { path: join(dir, 'audit.jsonl'), offset: line(3).length + 1 },
    ])
  })

  it('that is said to be it, not one that mentions it', async () => {
    const id = 'say "é"\u{2028}\\'
    const written = line(1, { id }).replace('\u{2028}', '\\u2028')
    write('audit.jsonl', [line(0, { text: id, more: { id, seq: 1 }, quoted: `"seq":1}` }), written, line(11), 'id-1'])
    expect(await find({ seq: 1 })).to.deep.equal([written])
    expect(await find({ id })).to.deep.equal([written])
    expect(await find({ id: 'id-1' })).to.deep.equal([])
  })

  it('of any length, wherever it stands, also a last one without a line break', async () => {
    const lengths = [0, 10, MIB - 30, MIB, MIB + 1, 3 * MIB, 5, 2 * MIB]
    const lines = lengths.map((length, seq) => line(seq, { text: 'x'.repeat(length) }))
    write('audit.jsonl', lines.slice(0, -1))
    appendFileSync(join(dir, 'audit.jsonl'), lines.at(-1) ?? '')
    for (const [seq, text] of lines.entries()) expect((await find({ seq }))[0] === text, `${seq}`).to.equal(true)
    expect(await find({ seq: lines.length })).to.deep.equal([])
  })

  it('in bounded memory: what is longer than any record is passed over', async () => {
    write('audit.jsonl', [line(0), line(1, { text: 'x'.repeat(33 * MIB) }), line(2)])
    appendFileSync(join(dir, 'audit.jsonl'), 'x'.repeat(33 * MIB) + line(3))
    const found = await Promise.all([0, 1, 2, 3].map(seq => find({ seq })))
    expect(found.map(lines => lines.length)).to.deep.equal([1, 0, 1, 0])
  })

  it('in regular files only: no link is followed', async () => {
    mkdirSync(join(dir, 'audit.jsonl.2'))
    write('elsewhere', [line(1)])
    symlinkSync('elsewhere', join(dir, 'audit.jsonl.1'))
    write('audit.jsonl', [line(2)])
    expect(await find({ seq: 1 })).to.deep.equal([])
    expect(await find({ seq: 2 })).to.deep.equal([line(2)])
  })
})
