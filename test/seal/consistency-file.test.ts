import { expect } from 'chai'
import fc from 'fast-check'
import { formatCheckpoint } from '../../src/seal/checkpoint.ts'
import { formatConsistencyFile, parseConsistencyFile } from '../../src/seal/consistency-file.ts'
import { ed25519Signer } from '../../src/seal/ed25519-key.ts'
import { signNoteSync } from '../../src/seal/sign-note.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { hash } from './support/arbitrary-note.ts'
import { refusal } from './support/refusal.ts'

const root = Buffer.alloc(32, 1)
const text = formatCheckpoint({ origin: 'kansa.log/1', size: 13, root, extensions: [] })
const checkpoint = signNoteSync(text, [ed25519Signer('kansa.log/1', Buffer.alloc(32, 5))]) ?? Buffer.alloc(0)
const HASH = root.toString('base64')

function reasonFor(head: string): string | undefined {
  return refusal(() => parseConsistencyFile(Buffer.concat([Buffer.from(head), checkpoint])))
}

describe('a consistency proof as a file', () => {
  it('has the lines of a request to a C2SP witness', () => {
    const file = formatConsistencyFile({ oldSize: 8, proof: [root, root], checkpoint })
    expect(file.toString()).to.equal(`old 8\n${HASH}\n${HASH}\n\n${checkpoint.toString()}`)
  })

  it('is read back as what was written', () => {
    const proof = fc.array(
      hash.map(bytes => Buffer.from(bytes)),
      { maxLength: 63 },
    )
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), proof, (oldSize, hashes) => {
        const written = { oldSize, proof: hashes, checkpoint }
        expect(parseConsistencyFile(formatConsistencyFile(written))).to.deep.equal(written)
      }),
      { numRuns: RUNS },
    )
  })

  it('has no other form', () => {
    expect(reasonFor('old 8\n\n')).to.equal(undefined)
    for (const head of ['', '\n\n', 'new 8\n\n', 'Old 8\n\n', `${HASH}\n\n`]) {
      expect(reasonFor(head), head).to.equal('malformed-proof')
    }
    for (const head of ['old \n\n', 'old 08\n\n', 'old -1\n\n', 'old 8 \n\n', 'old 8\r\n\n']) {
      expect(reasonFor(head), head).to.equal('malformed-number')
    }
    for (const line of ['AAAA', `${HASH} `, HASH.slice(0, -1), HASH.replace('E=', 'F=')]) {
      expect(reasonFor(`old 8\n${line}\n\n`), line).to.equal('malformed-hash')
    }
    expect(reasonFor(`old 8\n${`${HASH}\n`.repeat(64)}\n`)).to.equal('wrong-proof-length')
    expect(refusal(() => parseConsistencyFile(Buffer.from('old 8\n\nkansa.log/1\n13\n')))).to.equal('malformed-note')
  })

  it('is not written where it could not be read back', () => {
    const write = (part: object): unknown => formatConsistencyFile({ oldSize: 8, proof: [], checkpoint, ...part })
    expect(refusal(() => write({ oldSize: -1 }))).to.equal('malformed-number')
    expect(refusal(() => write({ proof: [Buffer.alloc(31)] }))).to.equal('malformed-hash')
    expect(refusal(() => write({ proof: Array.from({ length: 64 }, () => root) }))).to.equal('wrong-proof-length')
    expect(refusal(() => write({ checkpoint: Buffer.from('no note') }))).to.equal('malformed-note')
  })
})
