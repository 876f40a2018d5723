import { expect } from 'chai'
import { createAuditEvent, withAuditContext } from '../../../src/index.ts'
import { useAuditFolders } from './support/audit-folders.ts'

describe('what was logged is what is stored', () => {
  const newFolder = useAuditFolders()

  it('also when the caller changes its objects right afterwards', async () => {
    const folder = newFolder()
    const audit = folder.open()
    const parameters = { cmd: 'ls', nested: { list: [1] } }
    const input = {
      toolName: 'shell',
      parameters,
      outputPreview: 'total 48',
      labels: { team: 'red' } as Record<string, string>,
      onBehalfOf: ['alice'],
      timestamp: new Date('2026-11-22T10:15:30.123Z'),
    }
    audit.logToolCall(input)
    input.toolName = 'changed'
    input.outputPreview = 'changed'
    input.labels['team'] = 'changed'
    input.onBehalfOf.push('mallory')
    input.timestamp.setTime(0)
    parameters.nested.list.push(2)
    await audit.flush()
    const [call] = folder.of('ToolCall')
    expect(call?.event_type.data).to.include({
      tool_name: 'shell',
      parameters: '{"cmd":"ls","nested":{"list":[1]}}',
      output_preview: 'total 48',
    })
    expect([call?.labels, call?.on_behalf_of, call?.timestamp]).to.deep.equal([
      { team: 'red' },
      ['alice'],
      '2026-11-22T10:15:30.123Z',
    ])
  })

  it('also for artifacts, contexts and complete events', async () => {
    const folder = newFolder()
    const audit = folder.open()
    const artifacts = ['review.md']
    const context: Record<string, unknown> = { path: '/etc/passwd' }
    const fields = { userId: 'alice', labels: { team: 'red' } }
    withAuditContext(fields, () => {
      fields.userId = 'mallory'
      fields.labels.team = 'changed'
      audit.logAgentComplete({ agentName: 'a', artifacts })
      audit.logSecurityEvent({ severity: 'Info', category: 'Other', message: 'm', source: 's', context })
    })
    const event = createAuditEvent('a', {
      type: 'Security',
      data: { severity: 'Info', category: 'Other', message: 'as made', source: 's', action: 'Logged', context: {} },
    })
    audit.logEvent(event)
    artifacts.push('changed')
    context['path'] = 'changed'
    if (event.event_type.type === 'Security') event.event_type.data.message = 'changed'
    await audit.flush()
    const [run, finding, complete] = folder.logged()
    expect(run?.event_type.data).to.deep.include({ artifacts: ['review.md'] })
    expect([run?.user_id, run?.labels]).to.deep.equal(['alice', { team: 'red' }])
    expect(finding?.event_type.data).to.deep.include({ context: { path: '/etc/passwd' } })
    expect(complete?.event_type.data).to.include({ message: 'as made' })
  })

  it('in order and whole: 100,000 events in one synchronous burst', async () => {
    const folder = newFolder()
    const audit = folder.open({ maxFileBytes: 16 * 1024 * 1024 })
    const first = audit.logToolCall({ toolName: 'shell', callId: '0', parameters: { cmd: 'ls -la' } })
    for (let i = 1; i < 100_000; i++) {
      audit.logToolCall({ toolName: 'shell', callId: String(i), parameters: { cmd: 'ls -la' } })
    }
    await audit.flush()
    const calls = folder.of('ToolCall')
    expect(calls).to.have.length(100_000)
    expect(calls.findIndex((event, i) => event.event_type.data.call_id !== String(i))).to.equal(-1)
    expect(folder.events().findIndex((event, i) => event.seq !== i)).to.equal(-1)
    expect(new Set(calls.map(event => event.id)).size).to.equal(100_000)
    expect(await first.stored).to.deep.equal({ seq: 1 })
  })

  it('with the preview lengths and sizes that were asked for', async () => {
    const folder = newFolder()
    const audit = folder.open({ previewLength: 5, maxEventBytes: 4096 })
    audit.logToolCall({ toolName: 'shell', outputPreview: '12345678', parameters: 'x'.repeat(10_000) })
    await audit.flush()
    const [call] = folder.of('ToolCall')
    expect(call?.event_type.data.output_preview).to.equal('12345')
    expect(call?.cut?.['data.parameters']?.length).to.equal(10_000)
    expect(JSON.stringify(call).length).to.be.at.most(4096)
  })
})
