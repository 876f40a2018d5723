import { expect } from 'chai'
import { maskText } from './rules/corpus/mask.ts'
import { readBenign } from './rules/corpus/read-corpus.ts'
import { documents, historyLines, lockFileLines, sources, testReport } from './rules/corpus/repository-texts.ts'
import type { Field } from './rules/corpus/repository-texts.ts'

const MAX_MASKS_PER_10_000 = 1

/** Fields that were masked though they hold no secret, with what was masked of which kind. */
function falseMasks(fields: readonly Field[]): string[] {
  return fields.flatMap(({ source, text }) => {
    const masked = maskText(text)
    return masked === text ? [] : [`${source}: ${firstDifference(text, masked)}`]
  })
}

function firstDifference(text: string, masked: string): string {
  const at = Array.from({ length: text.length }, (_, index) => index).find(index => text[index] !== masked[index]) ?? 0
  return `${text.slice(Math.max(0, at - 40), at + 40)} → ${masked.slice(at, at + 40)}`
}

describe('precision', () => {
  let fields = 0
  const masks: string[] = []

  after(() => {
    console.log(`\n    ${masks.length} false masks in ${fields} fields without a secret`)
    for (const mask of masks) console.log(`      ${JSON.stringify(mask)}`)
  })

  it('no field of the corpus of benign texts is masked', () => {
    const found = falseMasks(readBenign().map(({ sort, text }) => ({ source: sort, text })))
    expect(found).to.deep.equal([])
  })

  const sorts: Readonly<Record<string, () => readonly Field[]>> = {
    'the lock file, line by line': lockFileLines,
    'the sources, line by line and whole': sources,
    'the documents, line by line and whole': documents,
    'the report of the tests': testReport,
  }
  for (const [sort, read] of Object.entries(sorts)) {
    it(`at most ${MAX_MASKS_PER_10_000} in 10,000 fields of ${sort}`, () => measure(read()))
  }

  it(`at most ${MAX_MASKS_PER_10_000} in 10,000 lines of this repository's own history`, function () {
    const lines = historyLines()
    if (typeof lines === 'string') {
      console.log(`    not measured: ${lines}`)
      this.skip()
    }
    measure(lines)
  })

  function measure(found: readonly Field[]): void {
    const here = falseMasks(found)
    fields += found.length
    masks.push(...here)
    expect(found.length).to.be.above(0)
    expect((here.length / found.length) * 10_000, here.join('\n')).to.be.at.most(MAX_MASKS_PER_10_000)
  }
})
