import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { FILE_FORMAT, withExample } from '../../scripts/format-example.ts'
import { CORPUS } from '../verify/support/tampering/corpus.ts'
import { ROOT, blocksOf, spansOf } from './support/pages.ts'

const PAGE = 'docs/file-format.md'
const REPORT = 'src/verify/report.ts'
const EXAMPLE = join(CORPUS, 'intact-three-records/log')

/** What stands in the report's type under a name that begins a line with `pattern`. */
function namesIn(pattern: RegExp): string[] {
  return [...readFileSync(join(ROOT, REPORT), 'utf8').matchAll(pattern)].map(([, name = '']) => name)
}

describe('the description of the format', () => {
  const spans = new Set(spansOf(PAGE).flatMap(span => [span, ...span.split(/[^\w-]+/)]))

  it('ends with the example that the code gives (else: npm run docs)', () => {
    const page = readFileSync(FILE_FORMAT, 'utf8')
    expect(page).to.equal(withExample(page))
  })

  it('shows the bytes of the example in the corpus', () => {
    const blocks = blocksOf(PAGE, 'text')
    for (const name of ['audit.jsonl', 'seal/format', 'seal/checkpoints']) {
      expect(blocks, name).to.include(readFileSync(join(EXAMPLE, name), 'utf8'))
    }
    const tile = readFileSync(join(EXAMPLE, 'seal/tile/0/000.p/3')).toString('hex')
    expect(blocks.map(block => block.replaceAll('\n', ''))).to.include(tile)
  })

  it('names every kind of problem', () => {
    const kinds = namesIn(/^ {2}\| '([a-z-]+)'/gm)
    expect(kinds).to.include.members(['edited-line', 'unsealed-tail'])
    expect(kinds.filter(kind => !spans.has(kind))).to.deep.equal([])
  })

  it('names every field of the report', () => {
    const fields = namesIn(/^ {2}readonly (\w+):/gm)
    expect(fields).to.include.members(['treeSize', 'problems', 'callId'])
    expect(fields.filter(field => !spans.has(field))).to.deep.equal([])
  })
})
