import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'

function search(_query: string, _limit: number): void {}
search.schema = { type: 'object' }

describe('a wrapped synchronous function', () => {
  it('returns the very result and is recorded when it returns', () => {
    const logger = new RecordingLogger()
    const result = { lines: 3 }
    const count = wrapTool((_path: string) => result, { toolName: 'count', logger })

    expect(count('a.txt')).to.equal(result)

    expect(logger.toolCall).to.include({
      tool_name: 'count',
      parameters: 'a.txt',
      success: true,
      output_preview: '{"lines":3}',
      permission_granted: true,
    })
    expect(logger.toolCall.duration_ms).to.be.at.least(0)
  })

  it('throws the very error, which is recorded with its class', () => {
    const logger = new RecordingLogger()
    const error = new RangeError('too far')
    const fail = wrapTool(
      () => {
        throw error
      },
      { toolName: 'fail', logger },
    )

    expect(fail).to.throw().that.equals(error)

    expect(logger.toolCall).to.include({ success: false, error: 'too far', error_type: 'RangeError' })
  })

  it('gets `this` and all arguments', () => {
    const logger = new RecordingLogger()
    class Counter {
      #count = 10
      add(first: number, second: number): number {
        return this.#count + first + second
      }
    }
    const counter = new Counter()
    // oxlint-disable-next-line typescript/unbound-method -- the wrapper binds nothing either
    counter.add = wrapTool(counter.add, { toolName: 'add', logger })

    expect(counter.add(1, 2)).to.equal(13)
    expect(logger.toolCall.parameters).to.equal('[1,2]')
  })

  it('keeps name, length, properties and `new`', () => {
    const wrapped = wrapTool(search, { toolName: 'search' })

    expect(wrapped.name).to.equal('search')
    expect(wrapped).to.have.length(2)
    expect(wrapped.schema).to.equal(search.schema)
    expect(Reflect.construct(wrapped, [])).to.be.instanceOf(search)
  })

  it('takes down the parameters before the tool can change them', () => {
    const logger = new RecordingLogger()
    const take = wrapTool((input: { path?: string }) => delete input.path, { toolName: 'take', logger })

    take({ path: '/tmp/x' })

    expect(logger.toolCall.parameters).to.equal('{"path":"/tmp/x"}')
  })

  it('records what the options say, as values or as functions of the arguments', () => {
    const logger = new RecordingLogger()
    const shell = wrapTool((command: string, _options: { id: string }) => `ran ${command}`, {
      toolName: 'shell',
      callId: (_command, { id }) => id,
      parameters: command => ({ command }),
      outputPreview: result => result.toUpperCase(),
      sandboxPolicy: 'strict',
      toolServer: 'local',
      toolVersion: '2',
      decision: command => (command === 'ls' ? 'Allow' : 'Deny'),
      decidedBy: 'policy',
      decidedByType: 'rule',
      logger,
    })

    shell('ls', { id: 'exec-1' })
    shell('rm', { id: 'exec-2' })

    const [first, second] = logger.dataOf('ToolCall')
    expect(first).to.include({
      call_id: 'exec-1',
      parameters: '{"command":"ls"}',
      output_preview: 'RAN LS',
      sandbox_policy: 'strict',
      tool_server: 'local',
      tool_version: '2',
      decision: 'Allow',
      permission_granted: true,
      decided_by: 'policy',
      decided_by_type: 'rule',
    })
    expect(second).to.include({ call_id: 'exec-2', decision: 'Deny', permission_granted: false })
  })

  it('records a result with `isError` as a failed call', () => {
    const logger = new RecordingLogger()
    const call = wrapTool(() => ({ isError: true, content: [{ type: 'text', text: 'no such file' }] }), {
      toolName: 'read',
      logger,
    })

    call()

    expect(logger.toolCall).to.include({ success: false, error: 'no such file', error_type: 'tool_error' })
    expect(logger.toolCall.parameters).to.equal('{}')
  })

  it('refuses what cannot be wrapped, at once', () => {
    // @ts-expect-error: no function
    expect(() => wrapTool(undefined, { toolName: 'x' })).to.throw(KansaError, 'a function')
    // @ts-expect-error: no name
    expect(() => wrapTool(() => 1, {}))
      .to.throw(KansaError, 'toolName')
      .with.property('code', 'KANSA_INVALID_OPTION')
    // @ts-expect-error: no model
    expect(() => wrapModelCall(() => 1, { provider: 'x' })).to.throw(KansaError, 'model')
    // @ts-expect-error: no provider
    expect(() => wrapModelCall(() => 1, { model: 'x' })).to.throw(KansaError, 'provider')
  })
})
