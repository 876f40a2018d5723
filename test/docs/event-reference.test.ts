import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { EVENT_REFERENCE, eventReference } from '../../scripts/event-reference.ts'
import { SEVERITY_EXAMPLES } from '../../scripts/severity-examples.ts'
import { ENVELOPE, KINDS } from '../../src/events/field-table.ts'
import { severityOf } from '../../src/events/severity.ts'

describe('the event reference', () => {
  it('is what the field table gives (else: npm run docs)', () => {
    expect(readFileSync(EVENT_REFERENCE, 'utf8')).to.equal(eventReference())
  })

  it('has a row for every field, with its attribute', () => {
    const rows = eventReference().split('\n')
    for (const field of [...Object.values(KINDS).flatMap(kind => kind.fields), ...ENVELOPE]) {
      const start = `| \`${field.name}\` |`
      const row = rows.find(
        line => line.startsWith(start) && line.includes(`\`${field.attribute}\``) && line.includes(field.about),
      )
      expect(row, `${field.name}: ${field.about}`).to.be.a('string')
    }
  })

  it('shows every severity that there is, for every kind', () => {
    const severities = new Set(SEVERITY_EXAMPLES.map(({ event }) => severityOf(event).number))
    expect([...severities].toSorted((one, other) => one - other)).to.deep.equal([9, 13, 17, 18])
    const kinds = new Set(SEVERITY_EXAMPLES.map(({ event }) => event.event_type.type))
    expect([...kinds]).to.have.members(Object.keys(KINDS))
  })
})
