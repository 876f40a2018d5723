import { expect } from 'chai'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { KansaError, withAgent, wrapModelCall, wrapTool } from '../../../src/index.ts'
import type { AuditLogger } from '../../../src/index.ts'
import { openLogs } from '../../../src/journal/open-logs.ts'
import { DamageLog } from '../../../src/query/damage-log.ts'
import { ALL_TIME, EventFilter } from '../../../src/query/event-filter.ts'
import { findUnfinished } from '../../../src/query/unfinished.ts'
import { rejection, thrownBy, useAuditFolders } from '../logger/support/audit-folders.ts'
import type { AuditFolder } from '../logger/support/audit-folders.ts'
import { canFillDisk, withFullDisk } from './full-disk.ts'

const OUTPUT = 'x'.repeat(4000)

function expectRefusal(error: unknown, what: string): void {
  expect(error).to.be.instanceOf(KansaError)
  if (!(error instanceof KansaError)) return
  expect(error.code).to.equal('KANSA_NOT_RECORDED')
  expect(error.message).to.include(what).and.include('onFailure').and.include('EFBIG')
  expect(error.cause).to.be.instanceOf(KansaError).with.property('code', 'KANSA_DIR_UNUSABLE')
}

async function unfinished(dir: string): Promise<string[]> {
  const logs = openLogs(dir)
  const options = { filter: new EventFilter([], ALL_TIME, []), damage: new DamageLog() }
  const lines = await findUnfinished(logs, options)
  for (const log of logs) log.close()
  return lines.map(({ event }) => event.id)
}

describe('with onFailure `block`, on a disk that takes no more, an action', () => {
  const newFolder = useAuditFolders()
  let folder: AuditFolder
  let logger: AuditLogger
  let calls: number
  beforeEach(async function () {
    if (!canFillDisk()) this.skip()
    folder = newFolder()
    logger = folder.open({ onFailure: 'block' })
    calls = 0
    await logger.flush()
  })
  afterEach(() => expect(calls, 'calls of the function').to.equal(0))
  const act = (): number => ++calls

  it('is refused: a synchronous function throws, and is not called', () =>
    withFullDisk(() => {
      const tool = wrapTool(act, { toolName: 'shell', logger })
      expectRefusal(thrownBy(tool), 'the tool shell was not run')
      expectRefusal(thrownBy(tool), 'the tool shell was not run')
    }))

  it('is refused: an asynchronous function rejects, also a bound one and one that is wrapped twice', () =>
    withFullDisk(async () => {
      const asynchronous = async (): Promise<number> => act()
      const tool = wrapTool(asynchronous, { toolName: 'shell', logger })
      const bound = wrapTool(asynchronous.bind(undefined), { toolName: 'shell', logger })
      for (const call of [tool, bound, wrapTool(tool, { toolName: 'shell', logger })]) {
        const promise = call()
        expect(promise).to.be.instanceOf(Promise)
        expectRefusal(await rejection(promise), 'the tool shell was not run')
      }
    }))

  it('is refused: whoever awaits cannot tell an asynchronous function from one that returns a promise', () =>
    withFullDisk(async () => {
      const tool = wrapTool(() => Promise.resolve(act()), { toolName: 'shell', logger })
      expectRefusal(thrownBy(tool), 'the tool shell was not run')
      expectRefusal(await rejection((async () => await tool())()), 'the tool shell was not run')
    }))

  it('is refused: generators throw when they are called', () =>
    withFullDisk(() => {
      const lines = wrapTool(
        function* () {
          yield act()
        },
        { toolName: 'lines', logger },
      )
      const chunks = wrapTool(
        async function* () {
          yield act()
        },
        { toolName: 'chunks', logger },
      )
      expectRefusal(thrownBy(lines), 'the tool lines was not run')
      expectRefusal(thrownBy(chunks), 'the tool chunks was not run')
    }))

  it('is refused: a method of a client is not called', () =>
    withFullDisk(() => {
      const client = { create: wrapModelCall((_body: object) => act(), { provider: 'p', model: 'm', logger }) }
      expectRefusal(
        thrownBy(() => client.create({})),
        'the model p/m was not called',
      )
    }))

  it('is refused: an agent is not started, and what it would reject with is what it throws', () =>
    withFullDisk(async () => {
      const options = { agentName: 'reviewer', goal: 'g', logger }
      expectRefusal(
        thrownBy(() => withAgent(options, act)),
        'the agent reviewer was not started',
      )
      expectRefusal(await rejection(withAgent(options, async () => act())), 'the agent reviewer was not started')
    }))

  it('is refused without ending the process, when nobody awaits it', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    await withFullDisk(async () => {
      void wrapTool(async () => act(), { toolName: 'shell', logger })()
      await nextTurn()
      await nextTurn()
    })
    process.off('unhandledRejection', onUnhandled)
    expect(unhandled).to.deep.equal([])
  })

  it('is in the log when the disk works again, as intended and refused, and is not unfinished', async () => {
    await withFullDisk(async () => {
      thrownBy(wrapTool(act, { toolName: 'shell', callId: 'exec-1', decision: 'Allow', logger }))
      thrownBy(wrapModelCall(act, { provider: 'p', model: 'm', logger }))
      await rejection(withAgent({ agentName: 'a', goal: 'g', runId: 'run-1', logger }, async () => act()))
    })
    await logger.flush()
    const [call, request] = [folder.of('ToolCall')[0], folder.of('ApiCall')[0]]
    expect(call?.event_type.data).to.include({
      call_id: 'exec-1',
      success: false,
      error_type: 'KANSA_NOT_RECORDED',
      permission_granted: false,
      decision: 'Allow',
    })
    expect(call?.event_type.data.error).to.include('the tool shell was not run')
    expect(request?.event_type.data).to.include({ error_type: 'KANSA_NOT_RECORDED' })
    const runs = folder.of('AgentExecution')
    expect(runs.map(({ run_id: id, event_type: { data } }) => [id, data.status, data.error_type])).to.deep.equal([
      ['run-1', 'Failed', 'KANSA_NOT_RECORDED'],
    ])
    const intended = folder.contexts('ActionIntended').map(context => context['call_id'])
    expect(intended).to.deep.equal(['exec-1', request?.event_type.data.call_id, 'run-1'])
    expect(folder.contexts('AuditFailure')[0]).to.include({ refused_count: '0' })
    expect(await unfinished(folder.dir)).to.deep.equal([])
  })

  it('is refused too when memory for waiting records is used up', async () => {
    const small = newFolder()
    const audit = small.open({ onFailure: 'block', maxQueueBytes: 64 * 1024 })
    await audit.flush()
    await withFullDisk(async () => {
      for (let i = 0; i < 40; i++) {
        audit.logToolCall({ toolName: 't', parameters: OUTPUT })
        await nextTurn()
      }
      const error = thrownBy(wrapTool(act, { toolName: OUTPUT, logger: audit }))
      expect(error.code).to.equal('KANSA_NOT_RECORDED')
      expect(error.cause).to.be.instanceOf(KansaError).with.property('code', 'KANSA_QUEUE_FULL')
    })
  })
})

describe('with onFailure `block`, when the disk works again, an action', () => {
  const newFolder = useAuditFolders()
  beforeEach(function () {
    if (!canFillDisk()) this.skip()
  })

  it('is let through at once, and what was refused comes before it', async () => {
    const folder = newFolder()
    const logger = folder.open({ onFailure: 'block' })
    const tool = wrapTool(() => folder.contexts('ActionIntended').length, { toolName: 'shell', logger })
    await logger.flush()
    await withFullDisk(() => thrownBy(tool))
    expect(tool()).to.equal(2)
  })

  it('of an agent that went on meanwhile fails only where it was refused', async () => {
    const folder = newFolder()
    const logger = folder.open({ onFailure: 'block' })
    const inner = wrapTool(() => 1, { toolName: 'inner' })
    const outer = wrapTool(async () => await withFullDisk(() => inner()), { toolName: 'outer' })
    const run = withAgent({ agentName: 'a', goal: 'g', logger }, async () => await outer())
    expect((await rejection(run)).code).to.equal('KANSA_NOT_RECORDED')
    await logger.flush()
    const calls = folder.of('ToolCall').map(({ event_type: { data } }) => [data.tool_name, data.permission_granted])
    expect(calls).to.deep.equal([
      ['inner', false],
      ['outer', true],
    ])
    expect(folder.of('AgentExecution').at(-1)?.event_type.data).to.include({
      status: 'Failed',
      error_type: 'KANSA_NOT_RECORDED',
    })
  })
})

describe('with onFailure `report`, on a disk that takes no more, an action', () => {
  const newFolder = useAuditFolders()

  it('happens; the failure is reported once, and everything is recorded when the disk works again', async function () {
    if (!canFillDisk()) this.skip()
    const folder = newFolder()
    const errors: KansaError[] = []
    const logger = folder.open({ onFailure: 'report', onError: error => errors.push(error) })
    await logger.flush()
    await withFullDisk(async () => {
      const agent = withAgent({ agentName: 'a', goal: 'g', logger }, async () =>
        wrapTool(() => 7, { toolName: 'shell' })(),
      )
      expect(await agent).to.equal(7)
      await nextTurn()
      wrapTool(() => 8, { toolName: 'shell', logger })()
      await nextTurn()
      expect(errors.map(({ code }) => code)).to.deep.equal(['KANSA_DIR_UNUSABLE'])
      expect(folder.logged()).to.deep.equal([])
    })
    await logger.flush()
    expect(folder.of('ToolCall').map(({ event_type: { data } }) => data.output_preview)).to.deep.equal(['7', '8'])
    expect(folder.of('AgentExecution').map(({ event_type: { data } }) => data.status)).to.deep.equal([
      'Started',
      'Completed',
    ])
    expect(folder.contexts('AuditFailure')[0]).to.include({ refused_count: '0' })
    expect(folder.contexts('AuditFailure')[0]?.['reason']).to.include('EFBIG')
  })
})
