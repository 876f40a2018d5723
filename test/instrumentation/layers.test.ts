import { expect } from 'chai'
import { startModelCall, startToolCall } from '../../src/instrumentation/observed-calls.ts'
import { startRun } from '../../src/instrumentation/observed-run.ts'
import type { ApiCallData, ToolCallData } from '../../src/events/kinds.ts'
import { CallClaim, countAttempt } from '../../src/pipeline/observe/call-claim.ts'
import { createMemoryAuditLogger } from '../../src/pipeline/memory-audit-logger.ts'
import type { MemoryAuditLogger } from '../../src/pipeline/memory-audit-logger.ts'

const RETURNED = { kind: 'returned', value: 'x' } as const

describe('layers', () => {
  let logger: MemoryAuditLogger
  before(() => (logger = createMemoryAuditLogger({ global: true })))
  after(() => logger.shutdown())
  beforeEach(() => logger.clear())

  const calls = (): ApiCallData[] =>
    logger.events.flatMap(({ event_type: of }) => (of.type === 'ApiCall' ? [of.data] : []))
  const tools = (): ToolCallData[] =>
    logger.events.flatMap(({ event_type: of }) => (of.type === 'ToolCall' ? [of.data] : []))

  function innerCall(facts: Parameters<ReturnType<typeof startModelCall>['tell']>[0] = {}): void {
    const inner = startModelCall({ provider: 'inner', model: 'real' })
    inner.begin()
    inner.enter(() => countAttempt('inner'))
    inner.tell(facts)
    inner.end(RETURNED)
  }

  it('of one model call are one record, with what each of them knows', () => {
    const outer = startModelCall({ provider: 'outer', model: 'asked' })
    outer.begin()
    outer.enter(() => innerCall({ statusCode: 200, promptTokens: 5, responseId: 'inner' }))
    outer.tell({ promptTokens: 6 })
    outer.end(RETURNED)

    expect(calls()).to.have.length(1)
    expect(calls()[0]).to.include({
      provider: 'outer',
      status_code: 200,
      prompt_tokens: 6,
      response_id: 'inner',
      attempts: 1,
    })
  })

  it('count as attempts what the innermost one counts', () => {
    const outer = startModelCall({ provider: 'outer', model: 'm' })
    outer.enter(() => {
      countAttempt('sdk')
      countAttempt('http')
      countAttempt('http')
    })
    outer.end(RETURNED)
    expect(calls()[0]).to.include({ attempts: 2 })
  })

  it('may hand in a claim that was entered before the call was known', () => {
    const claim = new CallClaim('model')
    claim.enter(() => innerCall({ statusCode: 200 }))
    const outer = startModelCall({ provider: 'outer', model: 'm', claim })
    outer.end(RETURNED)
    expect(calls().map(({ provider, attempts, status_code }) => ({ provider, attempts, status_code }))).to.deep.equal([
      { provider: 'outer', attempts: 1, status_code: 200 },
    ])
  })

  it('that fail do not make a failure of a call that succeeds in the end', () => {
    const outer = startModelCall({ provider: 'outer', model: 'm' })
    outer.enter(() => {
      const inner = startModelCall({ provider: 'inner', model: 'm' })
      inner.end({ kind: 'threw', error: Object.assign(new Error('slow down'), { status: 429 }) })
      innerCall({ statusCode: 200 })
    })
    outer.end(RETURNED)
    expect(calls()[0]).to.include({ status_code: 200 }).and.not.have.property('error')
  })

  it('end where a nested run begins', () => {
    const outer = startModelCall({ provider: 'outer', model: 'm' })
    outer.enter(() => startRun({ agentName: 'nested', goal: 'x' }).enter(() => innerCall()))
    outer.end(RETURNED)
    expect(calls().map(({ provider }) => provider)).to.deep.equal(['inner', 'outer'])
  })

  it('end where a tool begins', () => {
    const outer = startModelCall({ provider: 'outer', model: 'm' })
    outer.enter(() => startToolCall({ toolName: 'search' }).enter(() => innerCall()))
    outer.end(RETURNED)
    expect(calls().map(({ provider }) => provider)).to.deep.equal(['inner', 'outer'])
  })

  it('of one tool call are one record; a second call inside is one of its own', () => {
    const outer = startToolCall({ toolName: 'files__read' })
    outer.enter(() => {
      startToolCall({ toolName: 'read', toolServer: 'files' }).end(RETURNED)
      startToolCall({ toolName: 'read', toolServer: 'files' }).end(RETURNED)
      startToolCall({ toolName: 'write', toolServer: 'files' }).end(RETURNED)
    })
    outer.end(RETURNED)
    expect(tools().map(({ tool_name }) => tool_name)).to.deep.equal(['read', 'write', 'files__read'])
    expect(tools().at(-1)).to.include({ tool_server: 'files' })
  })

  it('of one tool call may spell its name with other signs: models take few', () => {
    const outer = startToolCall({ toolName: 'mcp_files__read_text' })
    outer.enter(() => startToolCall({ toolName: 'read-text', toolServer: 'files' }).end(RETURNED))
    outer.end(RETURNED)
    expect(tools()).to.have.length(1)
    expect(tools()[0]).to.include({ tool_name: 'mcp_files__read_text', tool_server: 'files' })
  })

  for (const [form, handedOn] of Object.entries({
    content: (content: object) => content,
    'JSON text': (content: object) => JSON.stringify(content),
  })) {
    it(`that hand on what a failed tool said, as ${form}, record that it failed`, () => {
      const content = { type: 'text', text: 'no "disk"\nno tape' }
      const value = { content: [content], isError: true }
      const outer = startToolCall({ toolName: 'read' })
      outer.enter(() => startToolCall({ toolName: 'read' }).end({ kind: 'returned', value }))
      outer.end({ kind: 'returned', value: handedOn(content) })
      expect(tools()).to.have.length(1)
      expect(tools()[0]).to.include({ success: false, error: content.text, error_type: 'tool_error' })
    })
  }

  it('that have another answer than that of a failed tool have not failed', () => {
    const content = [{ type: 'text', text: 'no disk' }]
    const outer = startToolCall({ toolName: 'read' })
    outer.enter(() => startToolCall({ toolName: 'read' }).end({ kind: 'returned', value: { content, isError: true } }))
    outer.end({ kind: 'returned', value: 'from the cache' })
    expect(tools()[0]).to.include({ success: true }).and.not.have.property('error')
  })

  it('tell a call that has ended nothing', () => {
    const call = startModelCall({ provider: 'p', model: 'm' })
    call.end(RETURNED)
    call.end({ kind: 'threw', error: new Error('late') })
    expect(calls()).to.have.length(1)
  })
})

describe('a run that an SDK tells of by callbacks', () => {
  let logger: MemoryAuditLogger
  before(() => (logger = createMemoryAuditLogger({ global: true })))
  after(() => logger.shutdown())
  beforeEach(() => logger.clear())

  const statuses = (): (string | undefined)[] =>
    logger.events.flatMap(({ event_type: of }) => (of.type === 'AgentExecution' ? [of.data.status] : []))

  it('has what is logged inside of it, from wherever it is entered', () => {
    const run = startRun({ agentName: 'a', goal: 'g', runId: 'r1' })
    const other = startRun({ agentName: 'b', goal: 'g', runId: 'r2' })
    run.enter(() => startToolCall({ toolName: 't' })).end(RETURNED)
    other.enter(() => startToolCall({ toolName: 't' })).end(RETURNED)
    expect(
      logger.events.filter(({ event_type: of }) => of.type === 'ToolCall').map(({ run_id }) => run_id),
    ).to.deep.equal(['r1', 'r2'])
  })

  it('is nested in the run that it is given', () => {
    const run = startRun({ agentName: 'a', goal: 'g', runId: 'outer' })
    expect(startRun({ agentName: 'b', goal: 'g' }, run).parentRunId).to.equal('outer')
  })

  it('counts the tokens of its calls', () => {
    const run = startRun({ agentName: 'a', goal: 'g' })
    const call = run.enter(() => startModelCall({ provider: 'p', model: 'm' }))
    call.tell({ promptTokens: 3, completionTokens: 4 })
    call.end(RETURNED)
    expect(run.tokensUsed).to.equal(7)
  })

  for (const [outcome, status] of [
    [RETURNED, 'Completed'],
    [{ kind: 'threw', error: new Error('no') }, 'Failed'],
    [{ kind: 'threw', error: new DOMException('stop', 'AbortError') }, 'Cancelled'],
    [{ kind: 'streamed', aborted: true }, 'Cancelled'],
  ] as const) {
    it(`that ${outcome.kind}${'error' in outcome ? ` ${outcome.error.name}` : ''} is ${status}, once`, () => {
      const run = startRun({ agentName: 'a', goal: 'g' })
      run.end(outcome)
      run.end(RETURNED)
      expect(statuses()).to.deep.equal(['Started', status])
    })
  }
})
