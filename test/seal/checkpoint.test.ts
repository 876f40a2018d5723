import { expect } from 'chai'
import fc from 'fast-check'
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from '../../src/seal/checkpoint.ts'
import type { Checkpoint } from '../../src/seal/checkpoint.ts'
import { ed25519Signer } from '../../src/seal/ed25519-key.ts'
import { EMPTY_ROOT } from '../../src/seal/merkle-hash.ts'
import { signNoteSync } from '../../src/seal/sign-note.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { hash, line } from './support/arbitrary-note.ts'
import { bitFlips, expectRefusal, refusal } from './support/refusal.ts'

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='
const TEXT = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`

function reasonFor(text: string): string | undefined {
  return refusal(() => parseCheckpoint(text))
}

describe('a checkpoint', () => {
  const signer = ed25519Signer('kansa.log/1', Buffer.alloc(32, 5))

  it('is read as in the example of the specification', () => {
    expect(parseCheckpoint(TEXT)).to.deep.equal({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163,
      root: Buffer.from(ROOT, 'base64'),
      extensions: [],
    })
    expect(formatCheckpoint(parseCheckpoint(TEXT))).to.equal(TEXT)
  })

  it('is read back as what was written, with its extension lines', () => {
    const someLine = line.filter(text => text !== '')
    const checkpoint: fc.Arbitrary<Checkpoint> = fc.record({
      origin: someLine,
      size: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
      root: hash.map(bytes => Buffer.from(bytes)),
      extensions: fc.array(someLine, { maxLength: 3 }),
    })
    fc.assert(
      fc.property(checkpoint, given => {
        const text = formatCheckpoint(given)
        expect(parseCheckpoint(text)).to.deep.equal(given)
        expect(openCheckpoint(signNoteSync(text, [signer]) ?? Buffer.alloc(0), [signer.verifier])).to.deep.include(
          given,
        )
      }),
      { numRuns: RUNS },
    )
  })

  it('of the empty log has size 0 and the empty root, and no other', () => {
    const text = formatCheckpoint({ origin: 'kansa.log/1', size: 0, root: EMPTY_ROOT, extensions: [] })
    expect(text).to.equal('kansa.log/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n')
    expect(parseCheckpoint(text).size).to.equal(0)
    expect(reasonFor(`kansa.log/1\n0\n${ROOT}\n`)).to.equal('wrong-root')
    const forged = { origin: 'kansa.log/1', size: 0, root: Buffer.alloc(32), extensions: [] }
    expect(refusal(() => formatCheckpoint(forged))).to.equal('wrong-root')
  })

  it('has no other form', () => {
    const cases: [string, string, string][] = [
      ['empty', '', 'malformed-checkpoint'],
      ['a line break only', '\n', 'malformed-checkpoint'],
      ['without final line break', TEXT.slice(0, -1), 'malformed-checkpoint'],
      ['without origin', TEXT.slice(TEXT.indexOf('\n')), 'malformed-checkpoint'],
      ['two lines', 'example.com\n1\n', 'malformed-checkpoint'],
      ['an empty line before the root', TEXT.replace('163\n', '163\n\n'), 'malformed-checkpoint'],
      ['an empty extension line', `${TEXT}\n`, 'malformed-checkpoint'],
      ['an empty line between extensions', `${TEXT}a\n\nb\n`, 'malformed-checkpoint'],
      ['leading zero', TEXT.replace('208', '0208'), 'malformed-number'],
      ['zero zero', TEXT.replace('20852163', '00'), 'malformed-number'],
      ['sign', TEXT.replace('208', '+208'), 'malformed-number'],
      ['minus', TEXT.replace('208', '-208'), 'malformed-number'],
      ['space before', TEXT.replace('208', ' 208'), 'malformed-number'],
      ['space after', TEXT.replace('163\n', '163 \n'), 'malformed-number'],
      ['CRLF', TEXT.replace('163\n', '163\r\n'), 'malformed-number'],
      ['hexadecimal', TEXT.replace('20852163', '0x13'), 'malformed-number'],
      ['exponent', TEXT.replace('20852163', '1e3'), 'malformed-number'],
      ['fraction', TEXT.replace('20852163', '1.0'), 'malformed-number'],
      ['digits of another script', TEXT.replace('20852163', '٢٠'), 'malformed-number'],
      ['2^53', TEXT.replace('20852163', '9007199254740992'), 'number-too-large'],
      ['2^64', TEXT.replace('20852163', '18446744073709551616'), 'number-too-large'],
      ['short root', TEXT.replace('q2I=', ''), 'malformed-hash'],
      ['long root', TEXT.replace(ROOT, Buffer.alloc(33).toString('base64')), 'malformed-hash'],
      ['no root', TEXT.replace(ROOT, 'x'), 'malformed-hash'],
      ['root without padding', TEXT.replace('q2I=', 'q2I'), 'malformed-hash'],
      ['root with bits that say nothing', TEXT.replace('q2I=', 'q2J='), 'malformed-hash'],
      ['root in the URL alphabet', TEXT.replace('m/X', 'm_X'), 'malformed-hash'],
      ['root in hexadecimal', TEXT.replace(ROOT, 'ab'.repeat(32)), 'malformed-hash'],
      ['space after root', TEXT.replace('q2I=', 'q2I= '), 'malformed-hash'],
    ]
    for (const [name, text, reason] of cases) expect(reasonFor(text), name).to.equal(reason)
  })

  it('is not written where it could not be read back', () => {
    const good: Checkpoint = { ...parseCheckpoint(TEXT) }
    const cases: [Partial<Checkpoint>, string][] = [
      [{ origin: '' }, 'malformed-checkpoint'],
      [{ origin: 'a\nb' }, 'malformed-checkpoint'],
      [{ origin: 'a\tb' }, 'malformed-note'],
      [{ origin: 'a\u{d800}' }, 'malformed-note'],
      [{ size: -1 }, 'malformed-number'],
      [{ size: 1.5 }, 'malformed-number'],
      [{ size: 2 ** 53 }, 'number-too-large'],
      [{ root: Buffer.alloc(31) }, 'malformed-hash'],
      [{ extensions: [''] }, 'malformed-checkpoint'],
      [{ extensions: ['a', 'b\nc'] }, 'malformed-checkpoint'],
    ]
    for (const [change, reason] of cases) {
      expectRefusal(reason, () => formatCheckpoint({ ...good, ...change }), JSON.stringify(change))
    }
  })

  it('that is signed is not believed when any single bit is flipped', () => {
    const text = formatCheckpoint({ ...parseCheckpoint(TEXT), origin: 'kansa.log/1' })
    const note = signNoteSync(text, [signer]) ?? Buffer.alloc(0)
    expect(openCheckpoint(note, [signer.verifier])).to.include({ origin: 'kansa.log/1', size: 20_852_163 })
    for (const flipped of bitFlips(note)) {
      const reason = refusal(() => openCheckpoint(flipped, [signer.verifier]))
      expect(reason).to.be.oneOf(['malformed-note', 'invalid-signature', 'not-signed'])
    }
  })

  it('is read only after its signature was checked', () => {
    const note = signNoteSync('signed, but no checkpoint\n', [signer]) ?? Buffer.alloc(0)
    expect(refusal(() => openCheckpoint(note, [signer.verifier]))).to.equal('malformed-checkpoint')
    expect(refusal(() => openCheckpoint(note, []))).to.equal('not-signed')
  })
})
