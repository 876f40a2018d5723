import { expect } from 'chai'
import { createAuditLogger, initAuditLogger, withAgent, wrapModelCall, wrapTool } from '../../../src/index.ts'
import type { AuditLogger, FailurePolicy, IntendedAction, KansaError } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import type { MemoryAuditLogger } from '../../../src/testing.ts'
import { present, thrownBy, useAuditFolders, useEnvironment } from '../logger/support/audit-folders.ts'
import { withCapturedDiag } from './captured-diag.ts'

function announced(logger: MemoryAuditLogger): (string | undefined)[] {
  return logger.events.flatMap(({ event_type: { type, data } }) =>
    type === 'Security' && data.category === 'ActionIntended' ? [data.context['kind']] : [],
  )
}

function actOnce(logger: AuditLogger): void {
  withAgent({ agentName: 'a', goal: 'g', logger }, () => {
    wrapTool((path: string) => path, { toolName: 'read', callId: 'c' })('a.txt')
    wrapModelCall((body: { prompt: string }) => body.prompt, { provider: 'p', model: 'm' })({ prompt: 'hi' })
  })
}

describe('onFailure', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()
  const nonsense: FailurePolicy = () => JSON.parse('1')

  it('may be one word for all', () => {
    const logger = createMemoryAuditLogger({ onFailure: 'block' })
    actOnce(logger)
    expect(announced(logger)).to.deep.equal(['AgentExecution', 'ToolCall', 'ApiCall'])
  })

  it('may be a map by kind; a kind that is left out is `report`', () => {
    for (const [onFailure, kinds] of [
      [{ ToolCall: 'block' }, ['ToolCall']],
      [{ AgentExecution: 'block', ToolCall: 'report' }, ['AgentExecution']],
      [{ ApiCall: 'block' }, ['ApiCall']],
      [{}, []],
    ] as const) {
      const logger = createMemoryAuditLogger({ onFailure })
      actOnce(logger)
      expect(announced(logger)).to.deep.equal(kinds)
    }
  })

  it('is what it was when the logger was made, whatever becomes of the map', () => {
    const onFailure: { ToolCall: 'block' | 'report' } = { ToolCall: 'block' }
    const logger = createMemoryAuditLogger({ onFailure })
    onFailure.ToolCall = 'report'
    actOnce(logger)
    expect(announced(logger)).to.deep.equal(['ToolCall'])
  })

  it('may be a function, which is told kind, name, call id and what is known of each action', () => {
    const actions: IntendedAction[] = []
    const onFailure: FailurePolicy = action => {
      actions.push(action)
      return action.kind === 'ToolCall' && action.input.toolName === 'read' ? 'block' : 'report'
    }
    const logger = createMemoryAuditLogger({ onFailure })
    actOnce(logger)
    expect(announced(logger)).to.deep.equal(['ToolCall'])
    expect(actions.map(({ kind, name }) => [kind, name])).to.deep.equal([
      ['AgentExecution', 'a'],
      ['ToolCall', 'read'],
      ['ApiCall', 'p/m'],
    ])
    const [agent, tool, request] = actions
    expect(agent?.input).to.include({ goal: 'g', runId: agent?.callId })
    expect(tool).to.include({ callId: 'c' })
    expect(tool?.input).to.include({ parameters: 'a.txt' })
    expect(request?.input).to.include({ promptPreview: 'hi' })
  })

  it('that is a function and fails counts as `block`, and is reported', () =>
    withCapturedDiag(() => {
      const trap = (): never => {
        throw new Error('trap')
      }
      const late = (async () => Promise.reject(new Error('late'))) as never
      for (const [onFailure, words] of [
        [trap, 'trap'],
        [nonsense, 'neither'],
        [late, 'neither'],
      ] as const) {
        const folder = newFolder()
        const errors: KansaError[] = []
        const logger = folder.open({ onFailure, onError: error => errors.push(error) })
        expect(wrapTool(() => folder.contexts('ActionIntended').length, { toolName: 't', logger })()).to.equal(1)
        expect(errors.map(({ code }) => code)).to.deep.equal(['KANSA_INVALID_OPTION'])
        expect(errors[0]?.message).to.include('onFailure').and.include(words)
      }
    }))

  it('can be given by the environment, and stands in AuditStarted, unless it is a function', async () => {
    const options = async (onFailure?: FailurePolicy): Promise<unknown> => {
      const folder = newFolder()
      await folder.open(onFailure === undefined ? {} : { onFailure }).shutdown()
      return JSON.parse(folder.contexts('AuditStarted')[0]?.['options'] ?? '').onFailure
    }
    expect(await options()).to.deep.equal({ value: 'report', source: 'default' })
    expect(await options({ ToolCall: 'block' })).to.deep.equal({ value: '{"ToolCall":"block"}', source: 'code' })
    expect(await options(nonsense)).to.deep.equal({ source: 'code' })
    setEnvironment({ KANSA_ON_FAILURE: 'block' })
    const variable = 'KANSA_ON_FAILURE'
    expect(await options()).to.deep.equal({ value: 'block', source: 'environment', variable })
  })

  it('that is something else is refused', () => {
    for (const onFailure of ['ignore', 1, [], null, { ToolCall: 'ignore' }, { Security: 'block' }]) {
      for (const make of [createAuditLogger, createMemoryAuditLogger]) {
        const error = thrownBy(() => make({ onFailure } as never))
        expect([error.code, error.message.includes('`onFailure`')]).to.deep.equal(['KANSA_INVALID_OPTION', true])
      }
    }
  })

  it('refuses to block without a journal', () => {
    const otlp = { url: 'http://127.0.0.1:1/v1/logs' }
    for (const onFailure of ['block', { ApiCall: 'block' }] as const) {
      const error = thrownBy(() => createAuditLogger({ dir: false, otlp, onFailure }))
      expect([error.code, error.message.includes('`dir` is false')]).to.deep.equal(['KANSA_INVALID_OPTION', true])
    }
  })
})

describe('a logger that fails closed', () => {
  const newFolder = useAuditFolders()

  it('refuses everything after its shutdown', async () => {
    for (const logger of [newFolder().open({ onFailure: 'block' }), createMemoryAuditLogger({ onFailure: 'block' })]) {
      const tool = wrapTool(() => 1, { toolName: 't', logger })
      expect(tool()).to.equal(1)
      await logger.shutdown()
      const error = thrownBy(tool)
      expect(error.code).to.equal('KANSA_NOT_RECORDED')
      expect(error.cause).to.have.property('code', 'KANSA_CLOSED')
    }
  })

  it('refuses as the process-wide one from the moment of its shutdown until there is another', async () => {
    const tool = wrapTool(() => 1, { toolName: 't' })
    expect(tool(), 'before any logger').to.equal(1)
    const audit = initAuditLogger({ dir: newFolder().dir, onFailure: { ToolCall: 'block' } })
    expect(tool()).to.equal(1)
    const stopping = audit.shutdown()
    expect(thrownBy(tool).code).to.equal('KANSA_NOT_RECORDED')
    await stopping
    expect(thrownBy(tool).code).to.equal('KANSA_NOT_RECORDED')
    expect(wrapModelCall(() => 1, { provider: 'p', model: 'm' })(), 'a kind that is not blocked').to.equal(1)
    const other = createMemoryAuditLogger({ global: true })
    expect(tool()).to.equal(1)
    await other.shutdown()
    expect(tool()).to.equal(1)
  })

  it('is not fooled by options or callbacks that throw', () =>
    withCapturedDiag(() => {
      const trap = (): never => {
        throw new Error('trap')
      }
      const numberForText = (): string => JSON.parse('42')
      const logger = createMemoryAuditLogger({ onFailure: 'block' })
      wrapTool(() => 1, { toolName: 'a', callId: trap, actorId: trap, parameters: trap, logger })()
      wrapTool(() => 1, { toolName: 'b', callId: numberForText, actorId: numberForText, logger })()
      const hostile = Object.defineProperty({ toolName: 'c', logger }, 'callId', { get: trap })
      wrapTool(() => 1, hostile)()
      wrapModelCall(() => 1, { provider: 'p', model: trap, logger })()
      const hostileModel = Object.defineProperty({ provider: 'p', model: 'm', logger }, 'callId', { get: trap })
      wrapModelCall(() => 1, hostileModel)()

      expect(announced(logger)).to.deep.equal(['ToolCall', 'ToolCall', 'ToolCall', 'ApiCall', 'ApiCall'])
      expect(logger.events).to.have.length(10)
      const ids = logger.events.map(({ event_type: { type, data } }) =>
        type === 'Security' ? data.context['call_id'] : type === 'ToolCall' || type === 'ApiCall' ? data.call_id : type,
      )
      for (let i = 0; i < 10; i += 2) expect(present(ids[i])).to.equal(ids[i + 1])
    }))
})

describe('a logger of the application’s own', () => {
  it('has no failure policy', () => {
    const inner = createMemoryAuditLogger({ onFailure: 'block' })
    const logger: AuditLogger = {
      logAgentStart: input => inner.logAgentStart(input),
      logAgentProgress: input => inner.logAgentProgress(input),
      logAgentComplete: input => inner.logAgentComplete(input),
      logAgentFailure: input => inner.logAgentFailure(input),
      logAgentCancelled: input => inner.logAgentCancelled(input),
      logApiCall: input => inner.logApiCall(input),
      logToolCall: input => inner.logToolCall(input),
      logTokenUsage: input => inner.logTokenUsage(input),
      logSecurityEvent: input => inner.logSecurityEvent(input),
      logEvent: event => inner.logEvent(event),
      flush: () => inner.flush(),
      shutdown: () => inner.shutdown(),
    }
    actOnce(logger)
    expect(announced(inner)).to.deep.equal([])
    expect(inner.events).to.have.length(4)
  })
})
