import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readCursor, writeCursor } from '../../../src/journal/forwarding/cursor-file.ts'
import { SealedLines } from '../../../src/journal/forwarding/sealed-lines.ts'
import { seqAtEnd } from '../../../src/journal/forwarding/seq-at-end.ts'

function line(seq: number, more = ''): string {
  return `{"id":"id-${seq}","text":"${more}","seq":${seq}}\n`
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => line(from + index)).join('')
}

describe('the records of a log, by seq', () => {
  let dir: string
  let active: string
  const opened: SealedLines[] = []
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kansa-lines-'))
    active = join(dir, 'audit.jsonl')
  })
  afterEach(() => {
    for (const reader of opened.splice(0)) reader.close()
    rmSync(dir, { recursive: true })
  })
  const open = (passed: string[] = []): SealedLines => {
    const reader = new SealedLines(active, text => passed.push(text))
    opened.push(reader)
    return reader
  }
  const read = async (reader: SealedLines, next: number, through: number): Promise<number[]> => {
    const seqs: number[] = []
    for (;;) {
      const found = await reader.read(next + seqs.length, through)
      if (found.length === 0) return seqs
      seqs.push(...found.map(({ seq }) => seq))
    }
  }

  it('end at the one asked for, and go on there', async () => {
    writeFileSync(active, lines(0, 9))
    const reader = open()
    expect(await read(reader, 0, 4)).to.deep.equal([0, 1, 2, 3, 4])
    expect(await read(reader, 5, 9)).to.deep.equal([5, 6, 7, 8, 9])
  })

  it('go on through rotations that happen meanwhile, what was appended last included', async () => {
    writeFileSync(active, lines(0, 2))
    const reader = open()
    expect(await read(reader, 0, 2)).to.deep.equal([0, 1, 2])
    appendFileSync(active, lines(3, 4))
    renameSync(active, `${active}.1`)
    writeFileSync(active, lines(5, 5))
    renameSync(`${active}.1`, `${active}.2`)
    renameSync(active, `${active}.1`)
    writeFileSync(active, lines(6, 8))
    expect(await read(reader, 3, 8)).to.deep.equal([3, 4, 5, 6, 7, 8])
  })

  it('begin in the file that has the first, and show the lines passed over', async () => {
    writeFileSync(`${active}.2`, lines(0, 4))
    writeFileSync(`${active}.1`, `not ours\n${lines(5, 9)}`)
    writeFileSync(active, lines(10, 11))
    const passed: string[] = []
    expect(await read(open(passed), 7, 11)).to.deep.equal([7, 8, 9, 10, 11])
    expect(passed).to.deep.equal(['not ours', line(5).trim(), line(6).trim()])
  })

  it('are each given once where a line stands there twice', async () => {
    writeFileSync(active, lines(0, 3) + lines(2, 5))
    expect(await read(open(), 0, 5)).to.deep.equal([0, 1, 2, 3, 4, 5])
  })

  it('may be longer than what is read at once', async () => {
    writeFileSync(active, line(0) + line(1, 'x'.repeat(700_000)) + line(2))
    expect(await read(open(), 0, 2)).to.deep.equal([0, 1, 2])
  })

  it('are found from a place without reading what is before, and without it where it is wrong', async () => {
    writeFileSync(active, lines(0, 9))
    const first = open()
    const after = (await first.read(0, 4)).at(-1)?.after
    for (const place of [after, { file: after?.file ?? '', offset: 3 }, { file: 'other', offset: 0 }, undefined]) {
      const passed: string[] = []
      const reader = open(passed)
      reader.seek(place)
      expect(await read(reader, 5, 9)).to.deep.equal([5, 6, 7, 8, 9])
      expect(passed).to.have.length(place === after ? 0 : 5)
    }
  })

  it('do not include a line that is still being written', async () => {
    writeFileSync(active, `${lines(0, 1)}{"id":"id-2","se`)
    const reader = open()
    expect(await read(reader, 0, 5)).to.deep.equal([0, 1])
    appendFileSync(active, 'q":2}\n{"id":"id-3","seq":3}\n')
    expect(await read(reader, 2, 5)).to.deep.equal([2, 3])
  })
})

describe('the seq at the end of a line', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['{"id":"a","seq":0}', 0],
    ['{"id":"a","seq":9007199254740991}', 9007199254740991],
    ['{"a":{"seq":5}}', undefined],
    ['{"id":"a","seq":}', undefined],
    ['{"id":"a","xseq":5}', undefined],
    ['}', undefined],
    ['', undefined],
  ]
  for (const [text, seq] of cases) {
    it(`${text === '' ? 'nothing' : text}: ${seq}`, () => expect(seqAtEnd(Buffer.from(text))).to.equal(seq))
  }
})

describe('a cursor', () => {
  it('is read as it was written; one that is damaged is none', () => {
    const dir = mkdtempSync(join(tmpdir(), 'kansa-cursor-'))
    const cursor = {
      origin: 'o',
      next: 5,
      checkpoint: 4,
      place: { file: '1:2:3', offset: 100 },
      checkpointOffset: 7,
      source: { resource: '{}', instanceId: 'i' },
      delivered: 1,
      rejected: 2,
      skipped: 3,
      missing: 4,
    }
    writeCursor(dir, 'a', cursor)
    expect(readCursor(dir, 'a')).to.deep.equal(cursor)
    expect(readCursor(dir, 'b')).to.equal(undefined)
    for (const text of ['', '{', '[]', '{"version":1,"origin":"o","next":-1,"checkpoint":0}', '{"version":2}']) {
      writeFileSync(join(dir, 'forward', 'a.cursor'), text)
      expect(readCursor(dir, 'a')).to.equal(undefined)
    }
    rmSync(dir, { recursive: true })
  })
})
