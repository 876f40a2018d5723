import { inspect } from 'node:util'
import { expect } from 'chai'
import { createAuditEvent, logAuditEvent, withAgent } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { MARK, TOKEN } from './support/secrets.ts'

/** What waits in memory, whichever copy of the package keeps it. */
function waiting(): string {
  return inspect(Reflect.get(Object(Reflect.get(globalThis, Symbol.for('kansa'))), 'early'), { depth: 10 })
}

describe('an event before initAuditLogger', () => {
  it('is masked before it is kept, whatever the options say later', async () => {
    logAuditEvent(
      createAuditEvent('me', {
        type: 'Security',
        data: { severity: 'Info', category: 'Other', message: TOKEN, source: 's', action: 'Logged', context: {} },
      }),
    )
    withAgent({ agentName: 'a', goal: TOKEN }, () => 1)
    expect(waiting()).to.match(MARK).and.not.include(TOKEN)
    const audit = createMemoryAuditLogger({ global: true, redaction: false })
    expect(audit.events).to.have.length(3)
    for (const event of audit.events) expect(event.redacted).to.deep.equal({ 'github-token': 1 })
    await audit.shutdown()
  })

  it('keeps its marks and its counts in the logger that takes it', async () => {
    withAgent({ agentName: 'a', goal: TOKEN }, () => 1)
    const [mark] = MARK.exec(waiting()) ?? []
    const audit = createMemoryAuditLogger({ global: true })
    expect(audit.events[0]?.event_type.data).to.include({ goal: mark })
    expect(audit.events[0]?.redacted).to.deep.equal({ 'github-token': 1 })
    await audit.shutdown()
  })
})
