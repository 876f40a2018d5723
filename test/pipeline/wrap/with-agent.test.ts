import { expect } from 'chai'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { KansaError } from '../../../src/errors.ts'
import { currentAuditContext } from '../../../src/pipeline/audit-context.ts'
import { installGlobalLogger, removeGlobalLogger } from '../../../src/pipeline/global-logger.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import type { AgentRun } from '../../../src/pipeline/with-agent.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { collect } from './collect.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('withAgent', () => {
  let logger: RecordingLogger
  beforeEach(() => {
    logger = new RecordingLogger()
  })
  const options = (more: object = {}) => ({ agentName: 'reviewer', goal: 'Review PR #123', logger, ...more })
  const statuses = (): string[] => logger.runStates.map(state => state.status)

  it('records start and completion, with duration, tokens and artifacts', async () => {
    const result = await withAgent(options({ agentVersion: '1.2' }), async run => {
      run.addTokens(1000)
      run.addTokens(550)
      run.addArtifact('review.md')
      await nextTurn()
      return 'done'
    })

    expect(result).to.equal('done')
    const [started, completed] = logger.runStates
    expect(started).to.deep.include({ status: 'Started', agent_version: '1.2', tokens_used: 0, artifacts: [] })
    expect(completed).to.deep.include({
      status: 'Completed',
      agent_name: 'reviewer',
      goal: 'Review PR #123',
      agent_version: '1.2',
      tokens_used: 1550,
      artifacts: ['review.md'],
      start_time: started?.start_time,
    })
    expect(completed?.duration_secs).to.be.at.least(0)
    expect(completed?.end_time).to.be.a('string')
  })

  it('passes a synchronous result unchanged, and a promise as that very promise', async () => {
    const promise = Promise.resolve(2)

    expect(withAgent(options(), () => 1)).to.equal(1)
    expect(statuses()).to.deep.equal(['Started', 'Completed'])
    expect(withAgent(options(), () => promise)).to.equal(promise)
    await promise
    expect(statuses()).to.deep.equal(['Started', 'Completed', 'Started', 'Completed'])
  })

  it('passes the very error and records the failure', async () => {
    const error = new RangeError('too far')

    const caught: unknown = await withAgent(options(), async () => Promise.reject(error)).catch(
      (reason: unknown) => reason,
    )
    expect(() =>
      withAgent(options(), () => {
        throw error
      }),
    )
      .to.throw()
      .that.equals(error)

    expect(caught).to.equal(error)
    for (const index of [1, 3]) {
      expect(logger.runStates[index]).to.include({ status: 'Failed', error: 'too far', error_type: 'RangeError' })
    }
  })

  it('records progress with what there is so far', () => {
    withAgent(options(), ({ addTokens, addArtifact, progress }) => {
      addTokens(5)
      addArtifact('a.md')
      progress({ labels: { step: '1' } })
    })

    expect(logger.runStates[1]).to.deep.include({ status: 'Running', tokens_used: 5, artifacts: ['a.md'] })
    expect(logger.events[1]?.labels).to.deep.equal({ step: '1' })
  })

  it('gives everything logged inside its run, its agent as actor, and its context', async () => {
    await withAgent(options({ sessionId: 's1', userId: 'u1', labels: { a: '1' } }), async run => {
      await nextTurn()
      logger.logToolCall({ toolName: 't' })
      expect(run.runId).to.match(UUID_V7)
      expect(logger.of('ToolCall')[0]).to.deep.include({
        run_id: run.runId,
        actor_id: 'reviewer',
        session_id: 's1',
        user_id: 'u1',
        labels: { a: '1' },
      })
    })

    expect(new Set(logger.events.map(event => event.run_id))).to.have.length(1)
    expect(logger.events.some(event => event.parent_run_id !== undefined)).to.equal(false)
  })

  it('gives a nested run its parent, and lets it inherit logger and context', async () => {
    await withAgent(options({ runId: 'outer', sessionId: 's1' }), async () => {
      await nextTurn()
      return withAgent({ agentName: 'helper', goal: 'Look', runId: 'inner' }, async run => {
        expect(run.parentRunId).to.equal('outer')
        logger.logToolCall({ toolName: 't' })
      })
    })

    expect(logger.events.map(event => [event.run_id, event.parent_run_id, event.actor_id])).to.deep.equal([
      ['outer', undefined, 'reviewer'],
      ['inner', 'outer', 'helper'],
      ['inner', 'outer', 'helper'],
      ['inner', 'outer', 'helper'],
      ['outer', undefined, 'reviewer'],
    ])
    expect(logger.events.every(event => event.session_id === 's1')).to.equal(true)
  })

  it('sums the tokens of recorded model calls, also in the runs around', () => {
    const call = (promptTokens: number): void => void logger.logApiCall({ provider: 'p', model: 'm', promptTokens })
    withAgent(options({ runId: 'outer' }), outer => {
      call(1)
      withAgent(options({ runId: 'inner' }), inner => {
        call(10)
        inner.addTokens(100)
        expect(inner.tokensUsed).to.equal(110)
      })
      withAgent(options({ runId: 'second' }), () => call(1000))
      expect(outer.tokensUsed).to.equal(1111)
    })
    call(5)

    const ends = logger.of('AgentExecution').filter(event => event.event_type.data.status === 'Completed')
    expect(ends.map(event => [event.run_id, event.event_type.data.tokens_used])).to.deep.equal([
      ['inner', 110],
      ['second', 1000],
      ['outer', 1111],
    ])
  })

  it('ignores what is no count and no artifact', () => {
    withAgent(options(), run => {
      for (const wrong of [-1, 0.5, Number.NaN, Infinity]) run.addTokens(wrong)
      // @ts-expect-error: no name
      run.addArtifact(7)
      run.addTokens(Number.MAX_SAFE_INTEGER)
      run.addTokens(1)
    })

    expect(logger.runStates.at(-1)).to.deep.include({ tokens_used: Number.MAX_SAFE_INTEGER, artifacts: [] })
  })

  it('attributes 100 concurrent runs with 10 nested ones each exactly', async () => {
    const work = async (run: AgentRun, calls: number): Promise<void> => {
      for (let i = 0; i < calls; i++) {
        await nextTurn()
        logger.logApiCall({ provider: 'p', model: 'm', totalTokens: 1, callId: run.runId })
      }
    }
    const nested = async (outer: AgentRun, index: number): Promise<void> =>
      withAgent(options({ runId: `${outer.runId}.${index}` }), run => work(run, 2))
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        withAgent(options({ runId: `run-${index}` }), async run => {
          await Promise.all([work(run, 3), ...Array.from({ length: 10 }, async (_, child) => nested(run, child))])
        }),
      ),
    )

    const calls = logger.of('ApiCall')
    expect(calls).to.have.length(100 * (3 + 20))
    for (const event of calls) {
      expect(event.run_id).to.equal(event.event_type.data.call_id)
      expect(event.parent_run_id).to.equal(event.run_id?.includes('.') ? event.run_id.split('.')[0] : undefined)
    }
    const ends = logger.of('AgentExecution').filter(event => event.event_type.data.status === 'Completed')
    expect(ends).to.have.length(1100)
    for (const { run_id, event_type } of ends) {
      expect(event_type.data.tokens_used, run_id).to.equal(run_id?.includes('.') ? 2 : 23)
    }
  })

  it('lasts as long as the iterator it gives, whose body runs inside it wherever it is read', async () => {
    const stream = withAgent(options({ runId: 'r1' }), async function* () {
      yield currentAuditContext()?.run?.runId
      await nextTurn()
      yield currentAuditContext()?.run?.runId
    })

    expect(statuses()).to.deep.equal(['Started'])
    expect(await withAgent(options({ runId: 'reader' }), () => collect(stream))).to.deep.equal(['r1', 'r1'])
    const ends = logger.of('AgentExecution').filter(event => event.event_type.data.status === 'Completed')
    expect(ends.map(event => event.run_id)).to.deep.equal(['r1', 'reader'])
  })

  it('refuses a missing or wrong field by name, and then runs nothing', () => {
    const wrong: [string, object][] = [
      ['agentName', { agentName: undefined }],
      ['goal', { goal: 7 }],
      ['runId', { runId: 7 }],
      ['signal', { signal: {} }],
      ['labels.a', { labels: { a: 1 } }],
    ]
    for (const [path, fields] of wrong) {
      expect(() => withAgent(options(fields), () => expect.fail('called')), path)
        .to.throw(KansaError, `${path}: expected`)
        .with.property('code', 'KANSA_INVALID_EVENT')
    }
    expect(logger.events).to.deep.equal([])
  })

  it('works before there is a logger, and is recorded when one comes', async () => {
    expect(await withAgent({ agentName: 'early', goal: 'g' }, async () => 1)).to.equal(1)

    installGlobalLogger(logger)
    removeGlobalLogger(logger)
    const early = logger.runStates.filter(state => state.agent_name === 'early')
    expect(early.map(state => state.status)).to.deep.equal(['Started', 'Completed'])
  })
})
