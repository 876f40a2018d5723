import { expect } from 'chai'
import { jsonIn } from '../../src/cli/scan/json-walk.ts'
import { secretSearch } from '../../src/cli/scan/search-settings.ts'
import { TextLines } from '../../src/cli/scan/text-lines.ts'
import { secretsAt } from '../privacy/support/planted-secrets.ts'

const TOKEN = secretsAt('a hostile line', ['a GitHub token'])[0]?.text ?? ''

describe('a line that is made to harm a search for secrets', () => {
  const search = secretSearch()
  const fieldsOf = (line: string): string[] => {
    const json = jsonIn(line)
    if (json === undefined) throw new Error('no JSON')
    return search.inJson(json).findings.map(({ field }) => field)
  }

  it('may be nested 100,000 levels deep', () => {
    const [field = ''] = fieldsOf(`${'[{"a":'.repeat(50_000)}"${TOKEN}"${'}]'.repeat(50_000)}`)
    expect(field)
      .to.match(/^….(0\.a|a\.0)/)
      .and.to.have.length.below(200)
  })

  it('may have a million members', () => {
    expect(fieldsOf(`[${'1,'.repeat(1_000_000)}"${TOKEN}"]`)).to.deep.equal(['1000000'])
  })

  it('may hold JSON in JSON, twelve times', () => {
    let line = JSON.stringify({ end: TOKEN })
    for (let level = 0; level < 12; level++) line = JSON.stringify({ a: line })
    expect(fieldsOf(line)).to.deep.equal([`${'a.'.repeat(12)}end`])
  })

  it('may use names that objects have of their own', () => {
    expect(fieldsOf(`{"__proto__":"${TOKEN}","constructor":{"value":"${TOKEN}","name":5}}`)).to.deep.equal([
      '__proto__',
      'constructor.value',
    ])
  })

  it('shows no more than the beginning of a long name', () => {
    const [field = ''] = fieldsOf(JSON.stringify({ [`note ${'very '.repeat(1000)}long`]: TOKEN }))
    expect(field).to.have.length.below(100).and.to.match(/…$/)
  })
})

describe('lines of text', () => {
  it('are searched in pieces that overlap: everything is found once, with its line, wherever it stands', () => {
    const search = (text: string): { kind: string; start: number; end: number }[] =>
      [...text.matchAll(/<\d+>/g)].map(({ 0: match, index }) => ({
        kind: match,
        start: index,
        end: index + match.length,
      }))
    const lines = new TextLines(search)
    const found: { kind: string; line: number }[] = []
    const count = 60_000
    for (let line = 1; line <= count; line++) found.push(...lines.add(`some words before <${line}> and behind`, line))
    found.push(...lines.end())
    expect(found).to.have.lengthOf(count)
    expect(found.every(({ kind, line }) => kind === `<${line}>`)).to.be.true
  })
})
