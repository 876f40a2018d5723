import { expect } from 'chai'
import { SDKS } from '../../src/instrumentation/sdks.ts'
import { isInRange } from '../../src/instrumentation/version-range.ts'
import { entriesOf, readMatrix } from './matrix/entries.ts'

describe('the version matrix', () => {
  const entries = entriesOf(readMatrix())

  for (const { name, packages } of SDKS.filter(sdk => sdk.packages.length > 0)) {
    it(`begins where the ranges of ${name} do`, () => {
      const tested = entries.filter(({ sdk }) => sdk === name).map(({ packages: all }) => all)
      // Packages that are released together come along with one of them.
      const lowest = packages.filter(({ name: npm, range }) => tested.some(all => all[npm] === range.from))
      expect(lowest).to.not.be.empty
    })

    it(`stays in the ranges of ${name}`, () => {
      for (const { name: npm, range } of packages) {
        const versions = entries.filter(entry => entry.sdk === name && entry.packageName === npm)
        expect(versions.filter(({ version }) => !isInRange(version, range))).to.deep.equal([])
      }
    })
  }

  it('names no SDK that is not there', () => {
    const known = SDKS.map(({ name }) => name)
    expect(Object.keys(readMatrix()).filter(name => !known.includes(name))).to.deep.equal([])
  })

  it('installs what must come along', () => {
    const matrix = { agents: { core: ['1.0.0', { version: '2.0.0', with: { graph: '^3.1.0' } }] } }
    expect(entriesOf(matrix).map(({ packages }) => packages)).to.deep.equal([
      { core: '1.0.0' },
      { graph: '^3.1.0', core: '2.0.0' },
    ])
  })
})
