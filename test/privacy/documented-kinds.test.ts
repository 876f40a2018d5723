import { expect } from 'chai'
import { KNOWN_KINDS } from '../../src/cli/scan/known-kinds.ts'
import { textOf } from '../docs/support/pages.ts'
import { TextScanner } from '../../src/redaction/text-scanner.ts'
import { PACKS } from '../../src/redaction/rules/all-rules.ts'
import { KINDS, secretsAt } from './support/planted-secrets.ts'

/** The kinds in the table of docs/privacy.md. */
function documentedKinds(): string[] {
  const [, table = ''] = /<!-- kinds:begin[^>]*-->([^]*)<!-- kinds:end -->/.exec(textOf('docs/privacy.md')) ?? []
  return [...table.matchAll(/`([a-z0-9-]+)`/g)].map(([, kind = '']) => kind)
}

describe('the kinds of secrets', () => {
  it('are at least 60 that people hold, beside what is found by name or form', () => {
    expect(KNOWN_KINDS).to.have.length.above(80)
  })

  it('are all in docs/privacy.md, each once, and no others', () => {
    expect(documentedKinds().toSorted()).to.deep.equal(KNOWN_KINDS)
  })

  it('are all that a search finds', () => {
    const scanner = new TextScanner({ patterns: Object.values(PACKS).flat() })
    const texts = ['documented kinds', 'once more', 'and again'].flatMap(place => secretsAt(place, KINDS))
    const others = [
      '4111 1111 1111 1111',
      'DE89 3704 0044 0532 0130 00',
      'Cookie: session=4hZx81kQm2LpV7',
      'a@example.com',
    ]
    const found = [...texts.map(({ text }) => text), ...others].flatMap(text =>
      scanner.scan(text).map(({ kind }) => kind),
    )
    expect(found).to.have.length.above(others.length)
    expect([...new Set(found)].filter(kind => !KNOWN_KINDS.includes(kind))).to.deep.equal([])
  })
})
