import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkExtension } from '../../src/verify/proof/check-extension.ts'
import { NotProven } from '../../src/verify/proof/not-proven.ts'
import { byteFlips } from '../seal/support/refusal.ts'
import { ORIGIN, sealedFolder, signedCheckpoint, testSigner, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { TRUST, expectNotProven, expectRefused, extensionProof } from './support/proofs.ts'

const SIZES = [1, 2, 3, 64, 255, 256, 257, 290]

describe('the proof that a log extends an older checkpoint', () => {
  let log: SealedFolder
  before(() => (log = sealedFolder({ records: toolCalls(290), checkpoints: SIZES })))
  after(() => rmSync(log.dir, { recursive: true, force: true }))

  /** The checkpoint of that size. */
  const noteOf = (size: number): Buffer => log.notes[SIZES.indexOf(size) + 1] ?? Buffer.alloc(0)

  it('can be checked with both checkpoints and the key alone, from every checkpoint there ever was', async () => {
    for (const oldSize of SIZES) {
      const { file } = await extensionProof(log.dir, noteOf(oldSize))
      const { signedBy, ...proven } = checkExtension(file, noteOf(oldSize), TRUST)
      expect(proven).to.deep.equal({ origin: ORIGIN, oldSize, treeSize: 290 })
      expect(signedBy).to.have.length(1)
      expect(file.subarray(-noteOf(290).length)).to.deep.equal(noteOf(290))
    }
  })

  it('proves nothing from another checkpoint, or when a bit anywhere in them is flipped', async () => {
    const { file } = await extensionProof(log.dir, noteOf(255))
    expect(() => checkExtension(file, noteOf(256), TRUST)).to.throw(NotProven, 'begins at 255 records')
    for (const flipped of byteFlips(file)) expect(() => checkExtension(flipped, noteOf(255), TRUST)).to.throw(NotProven)
    for (const flipped of byteFlips(noteOf(255))) expect(() => checkExtension(file, flipped, TRUST)).to.throw(NotProven)
  })

  it('takes both keys after a rotation of keys', async () => {
    const signers = [testSigner(1), testSigner(2)]
    const at = (size: number): typeof signers => signers.slice(size === 4 ? 1 : 0, size < 3 ? 1 : 2)
    const rotated = sealedFolder({ records: toolCalls(4), checkpoints: [2, 3, 4], signersAt: at })
    const [, oldest] = rotated.notes
    const both = { keys: signers.map(({ verifier }) => verifier) }
    const { file } = await extensionProof(rotated.dir, oldest, both)
    expect(checkExtension(file, oldest ?? Buffer.alloc(0), both)).to.include({ oldSize: 2, treeSize: 4 })
    for (const key of both.keys) {
      expect(() => checkExtension(file, oldest ?? Buffer.alloc(0), { keys: [key] })).to.throw(NotProven, 'trusted keys')
    }
    rmSync(rotated.dir, { recursive: true })
  })

  it('is not made for a log that was rewritten or rolled back', async () => {
    const other = sealedFolder({ records: toolCalls(291).slice(1), checkpoints: [64, 290] })
    await expectNotProven(extensionProof(other.dir, noteOf(64)), 'not shown to extend')
    writeFileSync(join(other.dir, 'seal/checkpoint'), other.notes[1] ?? '')
    await expectNotProven(extensionProof(other.dir, noteOf(255)), 'rolled back')
    rmSync(other.dir, { recursive: true })
  })

  it('is not made, and proves nothing, between two logs that one key signs', async () => {
    const foreign = signedCheckpoint(log.lines.slice(0, 64), [testSigner()], 'kansa.log/other')
    await expectNotProven(extensionProof(log.dir, foreign), 'not of kansa.log/other')
    const { file } = await extensionProof(log.dir, noteOf(64))
    expect(() => checkExtension(file, foreign, TRUST)).to.throw(NotProven, 'not of kansa.log/other')
  })

  it('is not made from the empty log, which says nothing', async () => {
    const empty = log.notes[0] ?? Buffer.alloc(0)
    await expectRefused('KANSA_INVALID_CHECKPOINT', extensionProof(log.dir, empty), 'nothing to prove')
    const file = Buffer.concat([Buffer.from('old 0\n\n'), noteOf(290)])
    expect(() => checkExtension(file, empty, TRUST)).to.throw(NotProven, 'proves nothing')
  })
})
