import { expect } from 'chai'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ApiCallInput, ToolCallInput } from '../../../src/events/inputs.ts'
import type { AuditReceipt } from '../../../src/pipeline/audit-api.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { withCapturedDiag } from './captured-diag.ts'

const trap = (): never => {
  throw new Error('trap')
}

const rejectLate = async (): Promise<never> => Promise.reject(new Error('late'))
const numberForText = (): string => JSON.parse('42')

describe('a callback that throws', () => {
  it('never reaches the caller of a tool, is reported, and the call is recorded with the rest', () =>
    withCapturedDiag(reports => {
      const logger = new RecordingLogger()
      const options = { callId: trap, parameters: trap, outputPreview: trap, decision: trap, sandboxPolicy: 'strict' }
      const tool = wrapTool((input: { path: string }) => input.path, { toolName: 'read', ...options, logger })

      expect(tool({ path: 'a.txt' })).to.equal('a.txt')

      expect(logger.toolCall).to.include({
        parameters: '{"path":"a.txt"}',
        output_preview: 'a.txt',
        sandbox_policy: 'strict',
        success: true,
      })
      expect(reports).to.have.length(4)
      expect(reports[0]).to.equal('kansa: calling callId failed: trap')
    }))

  it('never reaches the caller of a model, and what is read by default counts', () =>
    withCapturedDiag(reports => {
      const logger = new RecordingLogger()
      const options = { model: trap, prompt: trap, usage: trap, response: trap }
      const call = wrapModelCall((_body: { prompt: string }) => ({ text: 'hello', usage: { prompt_tokens: 3 } }), {
        provider: 'p',
        ...options,
        logger,
      })

      call({ prompt: 'hi' })

      expect(logger.apiCall).to.include({
        model: 'unknown',
        prompt_preview: 'hi',
        prompt_tokens: 3,
        response_preview: 'hello',
      })
      expect(reports).to.have.length(4)
    }))

  it('may be async by mistake: reported, and no unhandled rejection', () =>
    withCapturedDiag(async reports => {
      const unhandled: unknown[] = []
      const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
      process.on('unhandledRejection', onUnhandled)
      const logger = new RecordingLogger()
      wrapTool((path: string) => path, { toolName: 'read', parameters: rejectLate, logger })('a.txt')
      await nextTurn()
      await nextTurn()
      process.off('unhandledRejection', onUnhandled)

      expect(unhandled).to.deep.equal([])
      expect(logger.toolCall.parameters).to.equal('a.txt')
      expect(reports.join()).to.include('must not be async').and.include('late')
    }))

  it('that gives what no event accepts costs the details, not the record', () =>
    withCapturedDiag(reports => {
      const logger = new RecordingLogger()
      const tool = wrapTool(() => 'done', { toolName: 'read', callId: numberForText, logger })

      expect(tool()).to.equal('done')

      expect(logger.toolCall).to.include({ tool_name: 'read', success: true, output_preview: 'done' })
      expect(reports.join()).to.include('callId: expected a string')
    }))
})

describe('a logger that throws', () => {
  class RefusingLogger extends RecordingLogger {
    override logToolCall(_input: ToolCallInput): AuditReceipt {
      return trap()
    }
    override logApiCall(_input: ApiCallInput): AuditReceipt {
      return trap()
    }
    override logAgentStart(): AuditReceipt {
      return trap()
    }
  }

  it('never reaches the caller', () =>
    withCapturedDiag(async reports => {
      const logger = new RefusingLogger()

      expect(wrapTool(() => 1, { toolName: 't', logger })()).to.equal(1)
      expect(await wrapModelCall(async () => 2, { provider: 'p', model: 'm', logger })()).to.equal(2)
      expect(withAgent({ agentName: 'a', goal: 'g', logger }, () => 3)).to.equal(3)

      expect(reports).to.have.length.above(0)
      expect(logger.runStates.map(state => state.status)).to.deep.equal(['Completed'])
    }))
})

describe('a hostile result', () => {
  it('is passed on untouched and recorded', () =>
    withCapturedDiag(() => {
      const logger = new RecordingLogger()
      const { proxy: revoked, revoke } = Proxy.revocable({}, {})
      revoke()
      const everyTrap = new Proxy(
        {},
        { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap },
      )
      const anything: object = new Proxy(() => {}, { get: () => anything, apply: () => anything })
      // oxlint-disable-next-line unicorn/no-thenable -- that is what makes it hostile
      const thenGetter = Object.defineProperty({}, 'then', { get: trap })

      for (const result of [revoked, everyTrap, anything, thenGetter]) {
        expect(wrapTool(() => result, { toolName: 't', logger })() === result).to.equal(true)
        expect(wrapModelCall(() => result, { provider: 'p', model: 'm', logger })() === result).to.equal(true)
      }
      expect(logger.events).to.have.length(8)
    }))

  it('may be an iterator whose results cannot be read', async () => {
    const logger = new RecordingLogger()
    const step = Object.defineProperties({}, { done: { get: trap }, value: { get: trap } })
    const iterator = { next: () => step, [Symbol.asyncIterator]: () => iterator }
    const wrapped = wrapTool(() => iterator, { toolName: 't', logger })()

    expect(wrapped.next()).to.equal(step)
    expect(logger.events).to.deep.equal([])
  })
})
