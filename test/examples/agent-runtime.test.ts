import { expect } from 'chai'
import type { AuditEvent } from 'kansa'
import { dataOf, eventsOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

const ESCAPE = '\u001b'

describe('the agent runtime example', () => {
  const folder = temporaryFolder()
  let exitCode: number | string | null
  let output: string
  let events: AuditEvent[]

  before(async () => {
    const example = startExample('examples/agent-runtime/main.ts', { env: { KANSA_DIR: folder.path } })
    exitCode = await example.ended
    output = example.output()
    events = exitCode === 0 ? readJournal(folder.path) : []
  })

  after(() => folder.remove())

  it('ends with exit code 0', () => {
    expect(exitCode, output).to.equal(0)
  })

  it('records all five kinds of events, numbered without a gap', () => {
    const kinds = new Set(events.map(event => event.event_type.type))
    expect([...kinds].toSorted()).to.deep.equal(['AgentExecution', 'ApiCall', 'Security', 'TokenUsage', 'ToolCall'])
    expect(events.map(event => event.seq)).to.deep.equal(events.map((_, index) => index))
  })

  it('begins with the start of the log and ends with its stop', () => {
    const categories = dataOf(events, 'Security').map(data => data.category)
    expect(categories.at(0)).to.equal('AuditStarted')
    expect(categories.at(-1)).to.equal('AuditStopped')
  })

  it('has a tool call that the permission policy denied, with the rule that did', () => {
    const denied = dataOf(events, 'ToolCall').filter(data => !data.permission_granted)
    expect(denied).to.have.lengthOf(1)
    expect(denied[0]).to.include({
      tool_name: 'shell',
      parameters: '{"command":"rm -rf coverage"}',
      success: false,
      decision: 'Deny',
      decided_by: 'no-deletion',
      decided_by_type: 'rule',
      error_type: 'PermissionDenied',
    })
    const finding = dataOf(events, 'Security').find(data => data.category === 'PermissionDenied')
    expect(finding).to.include({ severity: 'Warning', action: 'Blocked' })
  })

  it('has a tool call that broke the sandbox, permitted and yet blocked', () => {
    const finding = dataOf(events, 'Security').find(data => data.category === 'SandboxViolation')
    expect(finding).to.include({ severity: 'Critical', action: 'Blocked' })
    expect(finding?.context).to.include({ path: '/etc/passwd' })
    const call = dataOf(events, 'ToolCall').find(data => data.error_type === 'SandboxViolation')
    expect(call).to.include({ tool_name: 'read_file', success: false, permission_granted: true })
    expect(call?.output_preview).to.equal('')
  })

  it('has a cancelled run, whose model call was cancelled too', () => {
    const cancelled = eventsOf(events, 'AgentExecution').filter(event => event.event_type.data.status === 'Cancelled')
    expect(cancelled).to.have.lengthOf(1)
    const calls = eventsOf(events, 'ApiCall').filter(event => event.run_id === cancelled[0]?.run_id)
    expect(calls.map(event => event.event_type.data.error_type)).to.deep.equal(['cancelled'])
  })

  it('has a nested run that names its parent, and whose tokens the parent counts', () => {
    const runs = eventsOf(events, 'AgentExecution')
    const nested = runs.filter(event => event.parent_run_id !== undefined)
    expect(nested.map(event => event.event_type.data.status)).to.deep.equal(['Started', 'Completed'])
    const parent = runs.find(
      event => event.run_id === nested[0]?.parent_run_id && event.event_type.data.status === 'Completed',
    )
    expect(parent?.event_type.data.tokens_used).to.be.greaterThan(nested[1]?.event_type.data.tokens_used ?? Infinity)
  })

  it('nearly spends the token budget and is warned, but keeps to it', () => {
    const usage = dataOf(events, 'TokenUsage')
    const consumed = usage.reduce((sum, data) => sum + data.tokens_consumed, 0)
    const last = usage.at(-1)
    expect(last?.utilization).to.be.within(0.8, 1)
    expect(last?.budget_limit).to.equal(consumed + (last?.budget_remaining ?? 0))
    expect(output).to.match(/Token budget nearly spent: \d+ of \d+/)
  })

  it('records the request that the service turned away and its repetition', () => {
    const [refused, repeated] = dataOf(events, 'ApiCall')
    expect(refused).to.include({ status_code: 429, error_type: '429' })
    expect(repeated?.error).to.equal(undefined)
    expect(repeated?.total_tokens).to.be.greaterThan(0)
  })

  it('lets the model answer with what the tools really found', () => {
    const found = /(\d+) matches in \d+ files/.exec(
      dataOf(events, 'ToolCall').find(data => data.tool_name === 'search_text')?.output_preview ?? '',
    )?.[1]
    const answer = dataOf(events, 'ApiCall').find(data => data.response_preview?.includes('throw an error'))
    expect(answer?.response_preview).to.match(new RegExp(`^${found} places in \\d+ files`))
  })

  it("puts everything but the log's own life into one session", () => {
    const sessions = new Set(events.slice(1, -1).map(event => event.session_id))
    expect([...sessions]).to.have.lengthOf(1)
    expect([...sessions][0]).to.be.a('string')
  })

  it('shows each audit line that is in the journal, once and in order', () => {
    const shown = [...output.matchAll(/^ {2}│ +(\d+) (\w+)/gm)].map(([, seq, kind]) => `${seq} ${kind}`)
    expect(shown).to.deep.equal(events.map(event => `${event.seq} ${event.event_type.type}`))
  })

  it('ends with what `kansa stats` says of the session', () => {
    const stats = output.split('\nDone\n')[1] ?? ''
    expect(stats).to.match(/^\/.*  2\d{3}-\d\d-\d\d .* \(local time\)$/m)
    for (const kind of new Set(events.map(event => event.event_type.type))) {
      const count = events.filter(event => event.event_type.type === kind && event.session_id !== undefined).length
      expect(stats).to.match(new RegExp(`^  ${kind} +${count} `, 'm'))
    }
    expect(stats).to.match(/^  Critical +SandboxViolation +1 +1$/m)
  })

  it('verifies the log, and shows that one altered byte of a copy is found and named', () => {
    const [, seal = ''] = output.split('\nIs the log what was written?\n')
    expect(seal).to.match(new RegExp(`^intact .*\\n +records +${events.length} as they were sealed`))
    const line = /one byte is altered \(line (\d+): \d+ instead of \d+ tokens\)/.exec(seal)?.[1]
    expect(seal).to.match(
      new RegExp(`\\ntampered .*\\n +audit\\.jsonl:${line} +edited-line +record ${Number(line) - 1} `),
    )
  })

  it('prints plain lines of limited length into a pipe', () => {
    expect(output).not.to.include(ESCAPE)
    const auditLines = output.split('\n').filter(line => line.startsWith('  │'))
    expect(Math.max(...auditLines.map(line => line.length))).to.be.at.most(120)
  })
})
