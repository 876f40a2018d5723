import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import { currentAuditContext, withAuditContext } from '../../../src/pipeline/audit-context.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { collect } from './collect.ts'

describe('withAuditContext', () => {
  let logger: RecordingLogger
  beforeEach(() => {
    logger = new RecordingLogger()
  })
  const log = (): void => void logger.logToolCall({ toolName: 't' })

  it('adds who and for whom to everything logged inside, at once and later', async () => {
    const fields = {
      userId: 'u1',
      tenantId: 't1',
      sessionId: 's1',
      onBehalfOf: ['ann', 'bot'],
      labels: { env: 'prod' },
    }
    await withAuditContext(fields, async () => {
      log()
      await nextTurn()
      log()
    })
    log()

    const [first, later, outside] = logger.events
    const expected = {
      user_id: 'u1',
      tenant_id: 't1',
      session_id: 's1',
      on_behalf_of: ['ann', 'bot'],
      labels: { env: 'prod' },
    }
    expect(first).to.deep.include(expected)
    expect(later).to.deep.include(expected)
    expect(outside).not.to.have.any.keys('user_id', 'tenant_id', 'session_id', 'on_behalf_of', 'labels')
  })

  it('merges with the context around: labels by key, other fields override', () => {
    withAuditContext({ userId: 'u1', tenantId: 't1', labels: { a: '1', b: '1' } }, () =>
      withAuditContext({ userId: 'u2', tenantId: undefined, labels: { b: '2', c: '2' } }, log),
    )

    expect(logger.events[0]).to.deep.include({ user_id: 'u2', tenant_id: 't1', labels: { a: '1', b: '2', c: '2' } })
  })

  it('keeps the run around, and holds inside a run', () => {
    withAgent({ agentName: 'a', goal: 'g', runId: 'r1', logger }, () => withAuditContext({ userId: 'u1' }, log))
    withAuditContext({ userId: 'u2' }, () => withAgent({ agentName: 'a', goal: 'g', runId: 'r2', logger }, log))

    expect(logger.of('ToolCall').map(event => [event.run_id, event.user_id])).to.deep.equal([
      ['r1', 'u1'],
      ['r2', 'u2'],
    ])
    expect(logger.of('AgentExecution').map(event => event.user_id)).to.deep.equal([undefined, undefined, 'u2', 'u2'])
  })

  it('copies the fields: a change afterwards changes no record', () => {
    const labels: Record<string, string> = { a: '1' }
    withAuditContext({ labels }, () => {
      labels['a'] = '2'
      log()
    })

    expect(logger.events[0]?.labels).to.deep.equal({ a: '1' })
  })

  it('passes result and error unchanged', async () => {
    const promise = Promise.resolve(1)
    const error = new Error('x')

    expect(withAuditContext({}, () => promise)).to.equal(promise)
    expect(() =>
      withAuditContext({}, () => {
        throw error
      }),
    )
      .to.throw()
      .that.equals(error)
    expect(currentAuditContext()).to.equal(undefined)
  })

  it('refuses a field of the wrong type by name, before anything runs', () => {
    let called = false
    const fn = (): void => void (called = true)
    const wrong: [string, unknown][] = [
      ['userId', 42],
      ['onBehalfOf', 'ann'],
      ['onBehalfOf[1]', ['ann', undefined]],
      ['labels', null],
      ['labels.env', { env: 1 }],
    ]
    for (const [path, value] of wrong) {
      const fields = { [path.replace(/[.[].*/, '')]: value }
      expect(() => withAuditContext(fields, fn), path)
        .to.throw(KansaError, `${path}: expected`)
        .with.property('code', 'KANSA_INVALID_EVENT')
    }
    expect(called).to.equal(false)
  })

  it('is shared by two copies of the package', async () => {
    const storage: unknown = Reflect.get(globalThis, Symbol.for('kansa.context'))
    expect(storage).to.be.instanceOf(AsyncLocalStorage)
    const url = new URL('../../../src/pipeline/audit-context.ts?copy', import.meta.url).href
    const copy: typeof import('../../../src/pipeline/audit-context.ts') = await import(url)

    expect(copy.withAuditContext).not.to.equal(withAuditContext)
    expect(copy.withAuditContext({ userId: 'u1' }, currentAuditContext)).to.include({ userId: 'u1' })
  })
})

describe('a call whose stream is read elsewhere', () => {
  it('is recorded where it was made', async () => {
    const logger = new RecordingLogger()
    const tool = wrapTool(
      async function* () {
        yield 1
      },
      { toolName: 'stream', logger },
    )
    const options = { agentName: 'maker', goal: 'g', runId: 'r1', logger }
    const stream = withAgent(options, () => ({ stream: tool() })).stream
    await withAgent({ agentName: 'reader', goal: 'g', logger }, () => collect(stream))

    expect(logger.of('ToolCall')[0]).to.include({ run_id: 'r1', actor_id: 'maker' })
  })
})
