import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { expect } from 'chai'
import {
  createAuditEvent,
  getAuditLogger,
  initAuditLogger,
  logAuditEvent,
  withAgent,
  withAuditContext,
  wrapTool,
} from '../../../src/index.ts'
import type { KansaError } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { useCapturedDiag } from './support/captured-diag.ts'
import { present, rejection, thrownBy, useAuditFolders } from './support/audit-folders.ts'

function numbered(number: number): ReturnType<typeof createAuditEvent> {
  return createAuditEvent('early', {
    type: 'Security',
    data: {
      severity: 'Info',
      category: 'Other',
      message: String(number),
      source: 'test',
      action: 'Logged',
      context: {},
    },
  })
}

describe('events before initAuditLogger', () => {
  // Before the folders are deleted.
  afterEach(async () => {
    // Nothing must be left over for the next test.
    await (getAuditLogger() ?? createMemoryAuditLogger({ global: true })).shutdown()
  })
  const newFolder = useAuditFolders()
  const captureDiag = useCapturedDiag()

  it('wait for it, in order, and their receipts resolve then', async () => {
    const folder = newFolder()
    const events = [0, 1, 2].map(numbered)
    const receipts = events.map(event => logAuditEvent(event))
    expect(receipts.map(receipt => receipt.id)).to.deep.equal(events.map(event => event.id))
    initAuditLogger({ dir: folder.dir })
    logAuditEvent(numbered(3))
    expect(await Promise.all(receipts.map(receipt => receipt.stored))).to.deep.equal([
      { seq: 1 },
      { seq: 2 },
      { seq: 3 },
    ])
    expect(
      folder.logged().map(event => event.event_type.type === 'Security' && event.event_type.data.message),
    ).to.deep.equal(['0', '1', '2', '3'])
  })

  it('are kept when a first init fails', async () => {
    const folder = newFolder()
    logAuditEvent(numbered(0))
    folder.open()
    expect(thrownBy(() => initAuditLogger({ dir: folder.dir })).code).to.equal('KANSA_DIR_LOCKED')
    const other = newFolder()
    await initAuditLogger({ dir: other.dir }).flush()
    expect(other.logged()).to.have.length(1)
  })

  it('beyond 1,000 are refused, counted, reported and recorded', async () => {
    const folder = newFolder()
    const diag = captureDiag()
    const receipts = Array.from({ length: 1007 }, (_, number) => logAuditEvent(numbered(number)))
    expect(diag.errors.join('\n')).to.contain('more than 1,000 events before initAuditLogger()')
    expect((await rejection(present(receipts[1000]).stored)).code).to.equal('KANSA_QUEUE_FULL')
    const errors: KansaError[] = []
    const audit = initAuditLogger({ dir: folder.dir, onError: error => errors.push(error) })
    expect(await receipts[999]?.stored).to.deep.equal({ seq: 1000 })
    await audit.flush()
    expect(folder.logged()).to.have.length(1000)
    expect(folder.contexts('AuditFailure')).to.deep.equal([{ lost_count: '7' }])
    expect(errors.map(({ code, message }) => [code, message.slice(0, 8)])).to.deep.equal([
      ['KANSA_QUEUE_FULL', '7 events'],
    ])
  })

  it('lost ones are recorded by a memory logger too, once', async () => {
    for (let number = 0; number < 1001; number++) logAuditEvent(numbered(number))
    const memory = createMemoryAuditLogger({ global: true })
    expect(memory.events).to.have.length(1001)
    expect(memory.events.at(-1)?.event_type.data).to.include({ category: 'AuditFailure' })
    await memory.shutdown()
    const second = createMemoryAuditLogger({ global: true })
    expect(second.events).to.deep.equal([])
  })

  it('keep the context they were logged in and take none from where init is called', async () => {
    const manager = new AsyncLocalStorageContextManager().enable()
    context.setGlobalContextManager(manager)
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }
    try {
      withAuditContext({ userId: 'alice' }, () => logAuditEvent(numbered(0)))
      logAuditEvent(numbered(1))
      const memory = withAuditContext({ userId: 'mallory', labels: { where: 'init' } }, () =>
        context.with(trace.setSpanContext(context.active(), span), () => createMemoryAuditLogger({ global: true })),
      )
      expect(memory.events.map(event => event.user_id)).to.deep.equal(['alice', undefined])
      expect(memory.events.map(event => event.labels)).to.deep.equal([undefined, undefined])
      expect(memory.events.map(event => event.trace_id)).to.deep.equal([undefined, undefined])
    } finally {
      context.disable()
    }
  })

  it('count the tokens of a run once, also when init comes inside of the run', () => {
    const apiCall = createAuditEvent('openai/gpt-5', {
      type: 'ApiCall',
      data: {
        provider: 'openai',
        model: 'gpt-5',
        request_time: '2026-11-22T10:15:30.123Z',
        prompt_tokens: 20,
        completion_tokens: 22,
        total_tokens: 42,
        prompt_preview: '',
      },
    })
    const tokens = withAgent({ agentName: 'a', goal: 'g' }, run => {
      logAuditEvent(apiCall)
      createMemoryAuditLogger({ global: true })
      return run.tokensUsed
    })
    expect(tokens).to.equal(42)
  })

  it('come from wrapped functions and runs too', async () => {
    const folder = newFolder()
    const double = wrapTool((n: number) => n * 2, { toolName: 'double' })
    expect(withAgent({ agentName: 'early', goal: 'g' }, () => double(21))).to.equal(42)
    await initAuditLogger({ dir: folder.dir }).flush()
    expect(folder.logged().map(event => event.event_type.type)).to.deep.equal([
      'AgentExecution',
      'ToolCall',
      'AgentExecution',
    ])
    expect(new Set(folder.logged().map(event => event.run_id)).size).to.equal(1)
  })
})
