import { expect } from 'chai'
import * as instrumentation from '../../src/instrumentation.ts'
import { SDKS } from '../../src/instrumentation/sdks.ts'
import { rangeText } from '../../src/instrumentation/version-range.ts'
import { spansOf, textOf } from './support/pages.ts'

const PAGE = 'docs/instrumentation.md'

describe('the page about instrumentation', () => {
  const rows = textOf(PAGE)
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.split('|').map(cell => cell.trim()))

  for (const { name, packages } of SDKS) {
    it(`has a row for each package of ${name}, with the versions that are attached to`, () => {
      for (const { name: npm, range } of packages) {
        const row = rows.find(([, sdk, of]) => sdk === `\`${name}\`` && of?.includes(`\`${npm}\``))
        expect(row?.[3], npm).to.equal(rangeText(range))
      }
    })
  }

  it('names everything that can be imported', () => {
    const words = new Set(spansOf(PAGE).flatMap(span => span.match(/\w+/g) ?? []))
    expect(Object.keys(instrumentation).filter(name => !words.has(name))).to.deep.equal([])
  })
})
