import { expect } from 'chai'
import { chooseSdks } from '../../src/instrumentation/chosen-sdks.ts'
import { auditInstrumentations } from '../../src/instrumentation/register-instrumentations.ts'
import type { Sdk } from '../../src/instrumentation/sdk.ts'
import { SDKS } from '../../src/instrumentation/sdks.ts'

const NAMES: readonly Sdk[] = [
  { name: 'one', packages: [] },
  { name: 'two', packages: [] },
  { name: 'extra', packages: [], optIn: true },
]

describe('the choice of instrumentations', () => {
  for (const [text, chosen] of [
    [undefined, ['one', 'two']],
    ['', ['one', 'two']],
    ['two', ['two']],
    [' one , extra ', ['one', 'extra']],
    ['-one', ['two']],
    ['+extra', ['one', 'two', 'extra']],
    ['+extra,-two', ['one', 'extra']],
    ['all,extra', ['one', 'two', 'extra']],
    ['none', []],
  ] as const) {
    it(`"${text ?? 'not set'}" is ${chosen.length === 0 ? 'none' : chosen.join(' and ')}`, () => {
      const choice = chooseSdks(text, NAMES)
      expect(choice.chosen.map(({ name }) => name)).to.deep.equal(chosen)
      expect(choice.unknown).to.be.empty
    })
  }

  it('names what is not known, and takes the rest', () => {
    expect(chooseSdks('one,tow', NAMES)).to.deep.equal({ chosen: [NAMES[0]], unknown: ['tow'] })
  })

  it('from code is all, or what is named; a name that is not known is refused', () => {
    const usual = SDKS.filter(({ optIn }) => optIn !== true).map(({ name }) => name)
    const namesOf = (list: readonly { sdk: Sdk }[]): string[] => list.map(({ sdk }) => sdk.name)
    expect(namesOf(auditInstrumentations())).to.deep.equal(usual)
    expect(namesOf(auditInstrumentations({ instrumentations: ['openai'] }))).to.deep.equal(['openai'])
    expect(auditInstrumentations({ instrumentations: [] })).to.be.empty
    expect(() => auditInstrumentations({ instrumentations: ['nonsense'] })).to.throw(
      'no instrumentation is called nonsense',
    )
    expect(() => auditInstrumentations({ modules: { nonsense: {} } })).to.throw('no instrumentation is called nonsense')
  })
})
