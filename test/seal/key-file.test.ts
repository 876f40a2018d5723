import { expect } from 'chai'
import { addSigningKey, parseSigningKeys } from '../../src/seal/key-file.ts'
import { formatHmacKey, formatSigningKey } from '../../src/seal/key-text.ts'
import { SealError } from '../../src/seal/seal-error.ts'
import { expectRefusal } from './support/refusal.ts'

const OLD = formatSigningKey('kansa.log/old', Buffer.alloc(32, 1))
const NEW = formatSigningKey('kansa.log/new', Buffer.alloc(32, 2))
const SHARED = formatHmacKey('kansa.log/shared', Buffer.alloc(32, 3))

const namesIn = (text: string): string[] => parseSigningKeys(text).map(({ verifier }) => verifier.name)

describe('a file of signing keys', () => {
  it('has one key on a line, the newest last', () => {
    expect(namesIn(`${OLD}\n${NEW}\n`)).to.deep.equal(['kansa.log/old', 'kansa.log/new'])
    expect(namesIn(`${SHARED}\n${OLD}`)).to.deep.equal(['kansa.log/shared', 'kansa.log/old'])
  })

  it('may have comments, empty lines, spaces around a key and line breaks of Windows', () => {
    expect(namesIn(`# since 2026\r\n\r\n  ${OLD} \r\n# ${NEW}\n\t\n${SHARED}`)).to.deep.equal([
      'kansa.log/old',
      'kansa.log/shared',
    ])
  })

  it('has at least one key, and none twice', () => {
    for (const text of ['', '\n', `# ${OLD}\n`, `${OLD}\n${NEW}\n${OLD}\n`]) {
      expectRefusal('malformed-key', () => parseSigningKeys(text), text)
    }
  })

  it('is refused with the number of the wrong line and without what is on it', () => {
    const secret = NEW.slice(-44)
    for (const wrong of [NEW.slice(0, -1), NEW.slice(1), NEW.replace('/new', '/old'), `${NEW},${OLD}`, secret]) {
      const read = (): unknown => parseSigningKeys(`# comment\n${OLD}\n${wrong}\n`)
      expect(read).to.throw(SealError, /^line 3: /)
      expect(read).to.not.throw(SealError, secret.slice(0, 20))
    }
  })

  it('gets one more key behind all that is in it', () => {
    expect(addSigningKey(`# ours\n${OLD}`, NEW)).to.equal(`# ours\n${OLD}\n${NEW}\n`)
    expect(namesIn(addSigningKey(`${OLD}\n${SHARED}\n`, NEW))).to.deep.equal([
      'kansa.log/old',
      'kansa.log/shared',
      'kansa.log/new',
    ])
    expectRefusal('malformed-key', () => addSigningKey(`${OLD}\n`, OLD), 'the same key')
    expectRefusal('malformed-key', () => addSigningKey('', OLD), 'no key before')
  })
})
