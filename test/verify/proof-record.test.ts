import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { tilePath } from '../../src/seal/tile.ts'
import { checkRecord } from '../../src/verify/proof/check-record.ts'
import { NotProven } from '../../src/verify/proof/not-proven.ts'
import { byteFlips, flipBit } from '../seal/support/refusal.ts'
import {
  ORIGIN,
  appendLines,
  lineWithSeq,
  sealedFolder,
  testSigner,
  toolCall,
  toolCalls,
} from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { TRUST, expectNotProven, expectRefused, recordProof } from './support/proofs.ts'

const SIZE = 300
const SIGNER = /^kansa\.log\/test\+[0-9a-f]{8}$/

describe('the proof of a record', () => {
  let log: SealedFolder
  beforeEach(() => {
    log = sealedFolder({ records: toolCalls(SIZE), files: [100, 130, 70], checkpoints: [2, 257, SIZE] })
  })
  afterEach(() => rmSync(log.dir, { recursive: true, force: true }))

  it('can be checked with the line and the key alone, wherever the record stands', async () => {
    for (const seq of [0, 1, 2, 99, 100, 229, 230, 255, 256, 257, SIZE - 1]) {
      const { file, line } = await recordProof(log.dir, seq)
      expect(line).to.deep.equal(log.lines[seq])
      const { signedBy, ...proven } = checkRecord(file, line, TRUST)
      expect(proven).to.deep.equal({ origin: ORIGIN, seq, treeSize: SIZE })
      expect(signedBy.every(name => SIGNER.test(name))).to.equal(true)
    }
  })

  it('is one of the line as it is stored, with a line break behind it or without', async () => {
    const { file, line } = await recordProof(log.dir, 7)
    const text = line.toString()
    expect(checkRecord(file, Buffer.from(`${text}\n`), TRUST).seq).to.equal(7)
    for (const other of [`${text}\n\n`, `${text}\r\n`, ` ${text}`, text.replace(':', ': '), '']) {
      expect(() => checkRecord(file, Buffer.from(other), TRUST), other).to.throw(NotProven, 'not record 7')
    }
  })

  it('proves nothing when a bit anywhere in the line or the proof is flipped', async () => {
    const { file, line } = await recordProof(log.dir, 130)
    for (const flipped of byteFlips(line)) expect(() => checkRecord(file, flipped, TRUST)).to.throw(NotProven)
    for (const flipped of byteFlips(file)) expect(() => checkRecord(flipped, line, TRUST)).to.throw(NotProven)
  })

  it('proves nothing to who trusts another key, means another log, or has no key', async () => {
    const { file, line } = await recordProof(log.dir, 7)
    const check = (keys: number[], origin?: string): unknown =>
      checkRecord(file, line, { keys: keys.map(fill => testSigner(fill).verifier), origin })
    expect(check([2, 1], ORIGIN)).to.include({ seq: 7 })
    expect(() => check([2])).to.throw(NotProven, 'none of the trusted keys')
    expect(() => check([])).to.throw(NotProven, 'none of the trusted keys')
    expect(() => check([1], 'kansa.log/other')).to.throw(NotProven, `one of the log ${ORIGIN}, not of kansa.log/other`)
  })

  describe('is not made', () => {
    const alter = (path: string, from: string, to: string): void =>
      writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))

    it('of a line that was edited', async () => {
      alter(join(log.dir, 'audit.jsonl.1'), 'call-120"', 'call-121"')
      await expectNotProven(recordProof(log.dir, 120), 'not the one that was sealed')
      expect((await recordProof(log.dir, 121)).seq).to.equal(121)
    })

    it('of another line that claims the number, whichever comes first', async () => {
      const forged = lineWithSeq(toolCall(999), 120)
      alter(join(log.dir, 'audit.jsonl.2'), '\n', `\n${forged.toString()}\n`)
      appendFileSync(join(log.dir, 'audit.jsonl'), `${forged.toString()}\n`)
      expect((await recordProof(log.dir, 120)).line).to.deep.equal(log.lines[120])
    })

    it('from a tile with a flipped bit, or one that is missing or cut', async () => {
      const path = join(log.dir, 'seal', tilePath({ level: 0, index: 0, width: 256 }))
      const tile = readFileSync(path)
      for (const bytes of [flipBit(tile, 7 * 256), flipBit(tile, 200 * 256), tile.subarray(32), undefined]) {
        if (bytes === undefined) rmSync(path)
        else writeFileSync(path, bytes)
        await expectNotProven(recordProof(log.dir, 7), '')
      }
    })

    it('against a checkpoint that nobody trusted signed, that was altered, or is not there', async () => {
      const other = { keys: [testSigner(2).verifier] }
      await expectNotProven(recordProof(log.dir, 7, undefined, other), 'none of the trusted keys')
      const path = join(log.dir, 'seal/checkpoint')
      alter(path, '\n300\n', '\n299\n')
      await expectNotProven(recordProof(log.dir, 7), 'does not fit')
      renameSync(path, join(log.dir, 'elsewhere'))
      await expectNotProven(recordProof(log.dir, 7), 'there is no')
    })

    it('of a record that is not sealed yet, or does not exist', async () => {
      appendLines(join(log.dir, 'audit.jsonl'), [lineWithSeq(toolCall(SIZE), SIZE)])
      await expectRefused('KANSA_NOT_SEALED', recordProof(log.dir, SIZE), 'try again')
      await expectRefused('KANSA_INVALID_QUERY', recordProof(log.dir, SIZE + 1), `no record ${SIZE + 1}`)
    })

    it('of a record whose line is gone, unless a copy of the line is brought', async () => {
      rmSync(join(log.dir, 'audit.jsonl.1'))
      await expectNotProven(recordProof(log.dir, 120), 'its line is missing')
      rmSync(join(log.dir, 'audit.jsonl.2'))
      await expectNotProven(recordProof(log.dir, 7), 'begins with record 230')
      const { file, line } = await recordProof(log.dir, 7, log.lines[7])
      expect(checkRecord(file, line, TRUST).seq).to.equal(7)
      await expectNotProven(recordProof(log.dir, 8, log.lines[7]), 'the copy')
    })
  })
})
