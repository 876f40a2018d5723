import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { collect } from './collect.ts'

const LONG_MILLIS = 60_000
const wait = (options: { signal: AbortSignal }): Promise<void> => sleep(LONG_MILLIS, undefined, options)
const swallow = (): void => {}

describe('cancellation', () => {
  let logger: RecordingLogger
  let controller: AbortController
  beforeEach(() => {
    logger = new RecordingLogger()
    controller = new AbortController()
  })

  it('of a tool is told apart from failure', async () => {
    const run = wrapTool(wait, { toolName: 'wait', logger })({ signal: controller.signal })
    controller.abort()
    await run.catch(swallow)

    expect(logger.toolCall).to.include({ success: false, error_type: 'cancelled' })
  })

  it('with a reason of the application’s own is told apart from failure', async () => {
    const stop = wrapTool(
      async (signal: AbortSignal) => {
        signal.throwIfAborted()
      },
      { toolName: 'stop', logger },
    )
    controller.abort('the user closed the window')
    await stop(controller.signal).catch(swallow)

    expect(logger.toolCall).to.include({ error_type: 'cancelled', error: 'the user closed the window' })
  })

  it('by a deadline is a timeout', async () => {
    await wrapModelCall(wait, { provider: 'p', model: 'm', logger })({ signal: AbortSignal.timeout(1) }).catch(swallow)

    expect(logger.apiCall).to.include({ error_type: 'timeout' })
  })

  it('of a stream that then just ends is told apart from success', async () => {
    const stream = wrapModelCall(
      async function* (_body: object, { abortSignal }: { abortSignal: AbortSignal }) {
        while (!abortSignal.aborted) yield { choices: [{ delta: { content: 'word ' } }] }
      },
      { provider: 'p', model: 'm', logger },
    )
    let chunks = 0
    for await (const _ of stream({}, { abortSignal: controller.signal })) if (++chunks === 2) controller.abort()

    expect(logger.apiCall).to.include({ error_type: 'cancelled', response_preview: 'word word ' })
  })

  it('of a run is Cancelled, its deadline Failed with timeout, its failure Failed', async () => {
    const run = (signal: AbortSignal, fn: () => Promise<unknown>): Promise<unknown> =>
      withAgent({ agentName: 'a', goal: 'g', signal, logger }, fn).catch(swallow)
    const aborted = run(controller.signal, () => wait(controller))
    controller.abort()
    await aborted
    const deadline = AbortSignal.timeout(1)
    await run(deadline, () => wait({ signal: deadline }))
    await run(AbortSignal.abort(), () => Promise.reject(new RangeError('bug')))

    const ends = logger.runStates.filter(state => state.status !== 'Started')
    expect(ends.map(({ status, error_type }) => [status, error_type])).to.deep.equal([
      ['Cancelled', 'cancelled'],
      ['Failed', 'timeout'],
      ['Failed', 'RangeError'],
    ])
  })

  it('of a run that returns what it has so far is Cancelled', async () => {
    const words = async function* (): AsyncGenerator<string> {
      while (!controller.signal.aborted) yield 'word'
    }
    const result = await withAgent({ agentName: 'a', goal: 'g', signal: controller.signal, logger }, async () => {
      queueMicrotask(() => controller.abort())
      return collect(words())
    })

    expect(result).to.include('word')
    expect(logger.runStates.at(-1)).to.include({ status: 'Cancelled', error_type: 'cancelled' })
  })
})
