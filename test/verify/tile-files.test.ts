import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { readTileFile, tileFileName } from '../../src/verify/tile-files.ts'

const TILE = { level: 0, index: 3 }

describe('a tile that a writer is about to replace by wider ones', () => {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kansa-tiles-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const states = [
    { what: 'is there', widths: { 7: 7 }, read: 7 },
    { what: 'is there beside one that was just begun', widths: { 7: 7, 9: 0 }, read: 7 },
    { what: 'is read from the one that is whole, not from one that was just begun', widths: { 9: 9, 12: 0 }, read: 9 },
    {
      what: 'is read from the one that is whole, also when the full one was just begun',
      widths: { 9: 9, 256: 0 },
      read: 9,
    },
    { what: 'is read from the full one', widths: { 256: 256 }, read: 256 },
    { what: 'is read from what there is of a wider one, if that is enough', widths: { 9: 8 }, read: 9 },
    { what: 'is the short one where all are too short', widths: { 9: 3 }, read: 9 },
    { what: 'is missing where there are narrower ones only', widths: { 3: 3 }, read: undefined },
  ]
  for (const { what, widths, read } of states) {
    it(what, () => {
      for (const [width, hashes] of Object.entries(widths)) put(Number(width), hashes)
      const expected = read === undefined ? undefined : tileFileName({ ...TILE, width: read })
      expect(readTileFile(dir, { ...TILE, width: 7 })?.name).to.equal(expected)
    })
  }

  function put(width: number, hashes: number): void {
    const path = join(dir, tileFileName({ ...TILE, width }))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.alloc(32 * hashes))
  }
})
