import { expect } from 'chai'
import fc from 'fast-check'
import { formatNote, parseNote } from '../../src/seal/signed-note.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { keyName, noteText } from './support/arbitrary-note.ts'
import { expectRefusal, refusal } from './support/refusal.ts'

const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const SIGNATURE = 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='
const NOTE = `${TEXT}\n— PeterNeumann ${SIGNATURE}\n`

function reasonFor(note: string | Uint8Array): string | undefined {
  return refusal(() => parseNote(Buffer.from(note)))
}

describe('the form of a signed note', () => {
  it("is that of Go's example", () => {
    const { text, signatures } = parseNote(Buffer.from(NOTE))
    expect(text).to.equal(TEXT)
    expect(signatures).to.have.length(1)
    expect(signatures[0]).to.include({ name: 'PeterNeumann', keyId: 0xc74f20a3 })
    expect(signatures[0]?.signature).to.have.length(64)
    expect(formatNote({ text, signatures }).toString()).to.equal(NOTE)
  })

  it('is read back as what was written, and written back as what was read', () => {
    const signature = fc.record({
      name: keyName,
      keyId: fc.nat({ max: 0xffffffff }),
      signature: fc.uint8Array({ minLength: 1, maxLength: 70 }).map(bytes => Buffer.from(bytes)),
    })
    const note = fc.record({ text: noteText, signatures: fc.array(signature, { minLength: 1, maxLength: 16 }) })
    fc.assert(
      fc.property(note, given => {
        const bytes = formatNote(given)
        const read = parseNote(bytes)
        expect(read).to.deep.equal(given)
        expect(formatNote(read)).to.deep.equal(bytes)
      }),
      { numRuns: RUNS },
    )
  })

  it('has its text up to the last empty line', () => {
    const text = 'first\n\n— PeterNeumann AAAAAAA=\n\n\nlast\n'
    expect(parseNote(Buffer.from(`${text}\n— PeterNeumann ${SIGNATURE}\n`)).text).to.equal(text)
    expect(parseNote(Buffer.from(`\n\n— PeterNeumann ${SIGNATURE}\n`)).text).to.equal('\n')
  })

  it('keeps a byte order mark, which is part of what was signed', () => {
    expect(parseNote(Buffer.from(`\u{feff}${NOTE}`)).text).to.equal(`\u{feff}${TEXT}`)
  })

  it('is no other', () => {
    const cases: [string, string | Uint8Array][] = [
      ['empty', ''],
      ['without signatures', `${TEXT}\n`],
      ['without an empty line', `${TEXT}— PeterNeumann ${SIGNATURE}\n`],
      ['without final line break', NOTE.slice(0, -1)],
      ['with an empty line at the end', `${NOTE}\n`],
      ['with a line after the signatures', `${NOTE}text\n`],
      ['with an empty line between signatures, the first then being text', `${NOTE}\n— x\n`],
      ['with CRLF', NOTE.replaceAll('\n', '\r\n')],
      ['with a CR at the end of a line', NOTE.replace('problem,', 'problem,\r')],
      ['with a tab', NOTE.replace(' cryptography', '\tcryptography')],
      ['with NUL', NOTE.replace('know', 'kn\0w')],
      ['with an en dash', NOTE.replace('—', '–')],
      ['with a hyphen', NOTE.replace('—', '-')],
      ['with a horizontal bar', NOTE.replace('—', '\u{2015}')],
      ['without space after the dash', NOTE.replace('— ', '—')],
      ['with two spaces after the dash', NOTE.replace('— ', '—  ')],
      ['with a no-break space after the dash', NOTE.replace('— ', '—\u{a0}')],
      ['with two spaces before the signature', NOTE.replace('mann ', 'mann  ')],
      ['with a space at the end of the line', `${NOTE.slice(0, -1)} \n`],
      ['without a name', `${TEXT}\n—  ${SIGNATURE}\n`],
      ['with a plus sign in the name', NOTE.replace('PeterN', 'Peter+N')],
      ['with a Unicode space in the name', NOTE.replace('PeterN', 'Peter\u{2003}N')],
      ['without a signature', `${TEXT}\n— PeterNeumann\n`],
      ['with an empty signature', `${TEXT}\n— PeterNeumann \n`],
      ['with a key id and nothing else', `${TEXT}\n— PeterNeumann x08gow==\n`],
      ['with base64 without padding', NOTE.replace('AM=', 'AM')],
      ['with base64 with too much padding', NOTE.replace('AM=', 'AM==')],
      ['with base64 with bits that say nothing', NOTE.replace('AM=', 'AN=')],
      ['with base64 in the URL alphabet', NOTE.replace('go/Z', 'go_Z')],
      ['with base64 with a space in it', NOTE.replace('go/Z', 'go /Z')],
      ['with base64 with other letters in it', NOTE.replace('go/Z', 'go!/Z')],
      ['in Latin 1', Buffer.from(NOTE.replaceAll('—', 'é'), 'latin1')],
      ['with a lone surrogate', Buffer.concat([Buffer.of(0xed, 0xa0, 0x80), Buffer.from(NOTE)])],
      ['with an overlong encoding', Buffer.concat([Buffer.of(0xc1, 0xa1), Buffer.from(NOTE)])],
    ]
    for (const [name, note] of cases) expect(reasonFor(note), name).to.equal('malformed-note')
  })

  it('has its limits: a hundred signatures, a mebibyte', () => {
    const line = `— PeterNeumann ${SIGNATURE}\n`
    expect(parseNote(Buffer.from(`${TEXT}\n${line.repeat(100)}`)).signatures).to.have.length(100)
    expect(reasonFor(`${TEXT}\n${line.repeat(101)}`)).to.equal('too-large')
    expect(reasonFor(`${'x'.repeat(1024 * 1024)}\n\n${line}`)).to.equal('too-large')
    const { signatures } = parseNote(Buffer.from(NOTE))
    expect(refusal(() => formatNote({ text: `${'x'.repeat(1024 * 1024)}\n`, signatures }))).to.equal('too-large')
    const many = Array.from({ length: 101 }, () => signatures).flat()
    expect(refusal(() => formatNote({ text: TEXT, signatures: many }))).to.equal('too-large')
  })

  it('is not written where it could not be read back', () => {
    const { signatures } = parseNote(Buffer.from(NOTE))
    for (const text of ['', 'no line break', 'a\r\n', 'a\u{b}b\n', 'a\u{d800}\n']) {
      expectRefusal('malformed-note', () => formatNote({ text, signatures }), JSON.stringify(text))
    }
    const signature = { name: 'a', keyId: 1, signature: Buffer.of(1) }
    for (const wrong of [[], [{ ...signature, name: 'a b' }], [{ ...signature, signature: Buffer.alloc(0) }]]) {
      expect(refusal(() => formatNote({ text: TEXT, signatures: wrong }))).to.equal('malformed-note')
    }
  })
})
