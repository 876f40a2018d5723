import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { deliveredThrough, destinationIn } from '../../../src/cli/verify/delivered-through.ts'
import { writeCursor } from '../../../src/journal/forwarding/cursor-file.ts'

const ORIGIN = 'kansa.log/test'

describe('how far a log was delivered', () => {
  let dir: string
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'kansa-delivered-'))))
  afterEach(() => rmSync(dir, { recursive: true }))

  const deliver = (name: string, next: number, origin = ORIGIN): void => {
    const counts = { delivered: next, rejected: 0, skipped: 0, missing: 0 }
    const nothing = { checkpoint: -1, place: undefined, checkpointOffset: 0, source: undefined }
    writeCursor(dir, name, { origin, next, ...nothing, ...counts })
  }

  it('is asked for by name, or without one', () => {
    expect(['delivered', 'delivered:siem', 'newest', '5', undefined].map(destinationIn)).to.deep.equal([
      '',
      'siem',
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is what the only destination has', () => {
    deliver('siem', 7)
    expect(deliveredThrough(dir, ORIGIN, '')).to.deep.equal({ seq: 7 })
    expect(deliveredThrough(dir, ORIGIN, 'siem')).to.deep.equal({ seq: 7 })
  })

  it('is asked of one of several', () => {
    deliver('one', 7)
    deliver('two', 9)
    expect(deliveredThrough(dir, ORIGIN, 'two')).to.deep.equal({ seq: 9 })
    expect(() => deliveredThrough(dir, ORIGIN, '')).to.throw('--until delivered:one or :two')
  })

  for (const name of ['', 'siem', '../siem']) {
    it(`is not made up where nothing is known of "${name}"`, () => {
      expect(() => deliveredThrough(dir, ORIGIN, name)).to.throw('give a seq or a time')
    })
  }

  it('is not that of another log', () => {
    deliver('siem', 7, 'kansa.log/copied')
    expect(() => deliveredThrough(dir, ORIGIN, '')).to.throw('give a seq or a time')
  })
})
