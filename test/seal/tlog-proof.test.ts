import { expect } from 'chai'
import fc from 'fast-check'
import { formatCheckpoint, openCheckpoint } from '../../src/seal/checkpoint.ts'
import { ed25519Signer } from '../../src/seal/ed25519-key.ts'
import { proveInclusion, verifyInclusion } from '../../src/seal/inclusion-proof.ts'
import { leafHash } from '../../src/seal/merkle-hash.ts'
import { signNoteSync } from '../../src/seal/sign-note.ts'
import { formatTlogProof, parseTlogProof } from '../../src/seal/tlog-proof.ts'
import type { TlogProof } from '../../src/seal/tlog-proof.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { hash, noteText, signer as anySigner } from './support/arbitrary-note.ts'
import { entry, leafHashes, leafReader } from './support/leaves.ts'
import { naiveRoot } from './support/naive-tree.ts'
import { bitFlips, expectRefusal, refusal } from './support/refusal.ts'

const signer = ed25519Signer('kansa.log/1', Buffer.alloc(32, 5))
const SIZE = 13
const leaves = leafHashes(SIZE)

/** The proof that record 9 is in a log of 13. */
function proofFile(): Buffer {
  const text = formatCheckpoint({ origin: 'kansa.log/1', size: SIZE, root: naiveRoot(leaves), extensions: [] })
  const checkpoint = signNoteSync(text, [signer]) ?? Buffer.alloc(0)
  return formatTlogProof({ index: 9, proof: proveInclusion(leafReader(leaves), 9, SIZE), checkpoint })
}

/** What whoever got the file does: nothing in it is believed but what the key signed. */
function check(file: Uint8Array, line: Uint8Array): void {
  const { index, proof, checkpoint } = parseTlogProof(file)
  const { size, root } = openCheckpoint(checkpoint, [signer.verifier])
  verifyInclusion({ leafHash: leafHash(line), index, size, root, proof })
}

function reasonFor(text: string): string | undefined {
  return refusal(() => parseTlogProof(Buffer.from(text)))
}

describe('a proof as a file', () => {
  it('proves a record to who has the key, and no other record', () => {
    check(proofFile(), entry(9))
    expect(refusal(() => check(proofFile(), entry(8)))).to.equal('wrong-root')
  })

  it('has the lines of C2SP tlog-proof', () => {
    const [first, index, ...rest] = proofFile().toString().split('\n')
    expect(first).to.equal('c2sp.org/tlog-proof@v1')
    expect(index).to.equal('index 9')
    expect(rest.slice(0, 4).map(line => Buffer.from(line, 'base64').length)).to.deep.equal([32, 32, 32, 32])
    expect(rest.slice(4, 7)).to.deep.equal(['', 'kansa.log/1', '13'])
  })

  it('proves nothing when any single bit is flipped', () => {
    for (const flipped of bitFlips(proofFile())) {
      const reason = refusal(() => check(flipped, entry(9)))
      expect(reason, flipped.toString()).to.not.equal(undefined)
    }
  })

  it('is read back as what was written, with extra data and without', () => {
    const extra = fc.option(fc.uint8Array({ minLength: 1, maxLength: 80 }).map(bytes => Buffer.from(bytes)))
    const proof = fc.record({
      index: fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat()),
      proof: fc.array(
        hash.map(bytes => Buffer.from(bytes)),
        { maxLength: 53 },
      ),
    })
    fc.assert(
      fc.property(proof, extra, noteText, anySigner, (head, extraData, text, by) => {
        const checkpoint = signNoteSync(text, [by]) ?? Buffer.alloc(0)
        const given: TlogProof = { ...head, ...(extraData === null ? {} : { extra: extraData }), checkpoint }
        const bytes = formatTlogProof(given)
        expect(parseTlogProof(bytes)).to.deep.equal(given)
        expect(formatTlogProof(parseTlogProof(bytes))).to.deep.equal(bytes)
      }),
      { numRuns: RUNS },
    )
  })

  it('has no other form', () => {
    const file = proofFile().toString()
    const hashLine = file.split('\n')[2] ?? ''
    const headless = file.slice(file.indexOf('\n\n') + 2)
    const cases: [string, string, string][] = [
      ['empty', '', 'malformed-proof'],
      ['another version', file.replace('@v1', '@v2'), 'malformed-proof'],
      ['CRLF', file.replaceAll('\n', '\r\n'), 'malformed-proof'],
      ['CR after the first line', file.replace('@v1', '@v1\r'), 'malformed-proof'],
      ['a byte order mark', `\u{feff}${file}`, 'malformed-proof'],
      ['without index', file.replace('index 9\n', ''), 'malformed-proof'],
      ['index after the hashes', file.replace(`index 9\n${hashLine}`, `${hashLine}\nindex 9`), 'malformed-proof'],
      ['two spaces', file.replace('index 9', 'index  9'), 'malformed-number'],
      ['leading zero', file.replace('index 9', 'index 09'), 'malformed-number'],
      ['negative', file.replace('index 9', 'index -9'), 'malformed-number'],
      ['2^53', file.replace('index 9', 'index 9007199254740992'), 'number-too-large'],
      ['empty extra', file.replace('index', 'extra \nindex'), 'malformed-proof'],
      ['extra twice', file.replace('index', 'extra AAAA\nextra AAAA\nindex'), 'malformed-proof'],
      ['extra after index', file.replace('index 9', 'index 9\nextra AAAA'), 'malformed-hash'],
      ['extra without padding', file.replace('index', 'extra AA\nindex'), 'malformed-proof'],
      ['extra with bits that say nothing', file.replace('index', 'extra AB==\nindex'), 'malformed-proof'],
      ['hash without padding', file.replace(hashLine, hashLine.slice(0, -1)), 'malformed-hash'],
      ['hash of 31 bytes', file.replace(hashLine, Buffer.alloc(31).toString('base64')), 'malformed-hash'],
      ['line of another kind', file.replace(hashLine, 'something'), 'malformed-hash'],
      ['54 hashes', file.replace(hashLine, Array(51).fill(hashLine).join('\n')), 'wrong-proof-length'],
      ['without empty line', file.replace('\n\n', '\n'), 'malformed-number'],
      ['without checkpoint', file.slice(0, file.indexOf('\n\n') + 2), 'malformed-note'],
      ['without final line break', file.slice(0, -1), 'malformed-note'],
      ['checkpoint without signature', `${file.slice(0, file.lastIndexOf('\n\n'))}\n`, 'malformed-note'],
      ['checkpoint only', headless, 'malformed-proof'],
      ['4 MiB', file.replace('index', `extra ${'A'.repeat(4 * 1024 * 1024)}\nindex`), 'too-large'],
      ['1 MiB of extra data', file.replace('index', `extra ${'AAAA'.repeat(350_000)}\nindex`), 'too-large'],
    ]
    for (const [name, text, reason] of cases) {
      if (name === 'without empty line') expect(reasonFor(text), name).to.not.equal(undefined)
      else expect(reasonFor(text), name).to.equal(reason)
    }
  })

  it('is not written where it could not be read back', () => {
    const good = parseTlogProof(proofFile())
    const cases: [Partial<TlogProof>, string][] = [
      [{ index: -1 }, 'malformed-number'],
      [{ index: 2 ** 53 }, 'number-too-large'],
      [{ proof: [Buffer.alloc(31)] }, 'malformed-hash'],
      [{ proof: Array.from({ length: 54 }, () => Buffer.alloc(32)) }, 'wrong-proof-length'],
      [{ extra: Buffer.alloc(0) }, 'malformed-proof'],
      [{ extra: Buffer.alloc(1024 * 1024 + 1) }, 'too-large'],
      [{ checkpoint: Buffer.from('text\n') }, 'malformed-note'],
    ]
    for (const [change, reason] of cases) {
      expectRefusal(reason, () => formatTlogProof({ ...good, ...change }), reason)
    }
  })
})
