import { expect } from 'chai'
import { isKnownPlaceholder, valueOf } from '../../src/cli/completion/flag-value.ts'
import { kansaProgram } from '../../src/cli/program.ts'
import { eventFilter } from '../../src/query/event-filter.ts'
import { FieldCatalogue, fieldNames } from '../../src/query/field-catalogue.ts'
import { WallClock } from '../../src/query/wall-clock.ts'
import { kansa } from './support/kansa.ts'
import { COMPLETED } from './support/shells.ts'

describe('kansa completion', () => {
  for (const args of [[], ['tcsh'], ['bash', 'zsh']]) {
    it(`exits with 2 and names the shells for ${args.join(' ') || 'no shell'}`, async () => {
      const { code, stdout, stderr } = await kansa(['completion', ...args])
      expect(stderr).to.match(/^error: .*\nThere are scripts for bash, zsh and fish/)
      expect([code, stdout]).to.deep.equal([2, ''])
    })
  }

  it('offers only what the commands take', () => {
    const catalogue = new FieldCatalogue(new WallClock(true))
    for (const name of fieldNames()) expect(catalogue.field(name).name).to.equal(name)
    const options = kansaProgram().commands.flatMap(command => command.options)
    for (const option of options.filter(({ argChoices }) => argChoices === undefined)) {
      const value = valueOf(option)
      if (value?.kind !== 'words' || value.words === 'fields') continue
      for (const word of value.words) {
        eventFilter({ [option.attributeName()]: value.shape === 'list' ? [word] : word }, catalogue, Date.now())
      }
    }
  })

  it('has thought of the value of every flag (else: src/cli/completion/flag-value.ts)', () => {
    const unknown = COMPLETED.flatMap(({ flags }) => flags).filter(
      ({ placeholder, value }) =>
        value?.kind === 'free' && placeholder !== undefined && !isKnownPlaceholder(placeholder),
    )
    expect(unknown.map(({ names, placeholder }) => `${names.join(', ')} <${placeholder}>`)).to.deep.equal([])
  })
})
