import { expect } from 'chai'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { LOG_LIFE_CATEGORIES } from '../../../src/events/kinds.ts'

describe('a category that only the log itself may use', () => {
  for (const category of LOG_LIFE_CATEGORIES.filter(one => one !== 'AuditFailure')) {
    it(`becomes a claim when somebody else logs ${category}, and the rest of the record stays`, () => {
      const audit = createMemoryAuditLogger()
      audit.logSecurityEvent({
        severity: 'Critical',
        category,
        message: 'records 0 to 9 are gone, which is fine',
        source: 'kansa',
        action: 'Logged',
        context: { first_seq: '0', last_seq: '9' },
      })
      const [event] = audit.events
      expect(event?.event_type.data).to.deep.equal({
        severity: 'Critical',
        category: 'Other',
        message: 'records 0 to 9 are gone, which is fine',
        source: 'kansa',
        action: 'Logged',
        context: { first_seq: '0', last_seq: '9', claimed_category: category },
      })
    })
  }

  it('does not include AuditFailure, which excuses nothing', () => {
    const audit = createMemoryAuditLogger()
    audit.logSecurityEvent({
      category: 'AuditFailure',
      severity: 'Critical',
      message: 'x',
      source: 'y',
      action: 'Logged',
    })
    expect(audit.events[0]?.event_type.data).to.include({ category: 'AuditFailure' })
  })
})
