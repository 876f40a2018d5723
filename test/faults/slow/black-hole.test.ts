/** An endpoint whose packets nobody answers: nothing is lost, and neither sockets, memory nor an end are held. */
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually, type TestLog, useTestLogs } from '../../journal/support/test-logs.ts'
import { type AgentPlan, type AgentProcess, expectEachOnce, useAgents } from '../support/agent-process.ts'
import { BlackHole, canMakeHoles } from '../support/black-hole.ts'

const ENDING_AGENT = join(import.meta.dirname, '..', 'programs', 'ending-agent.ts')
/** So short that several attempts can be waited for. */
const TIMEOUT_MILLIS = 300
const PATIENCE_MILLIS = 40_000
const MAX_GROWTH_BYTES = 32 * 1024 * 1024

function optionsFor(log: TestLog, url: string): AgentPlan['options'] {
  const otlp = { url, timeoutMillis: TIMEOUT_MILLIS }
  return { dir: log.dir, otlp, flushIntervalMillis: 20, maxFileBytes: 4 * 1024 * 1024, maxBackups: 1000 }
}

async function started(agent: AgentProcess): Promise<void> {
  expect(await agent.tell('open')).to.equal('ok')
  await agent.tell('run')
}

describe('an endpoint that is a black hole', function () {
  this.timeout(120_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()
  let hole: BlackHole

  before(function () {
    if (!canMakeHoles()) this.skip()
  })
  beforeEach(async () => {
    hole = await BlackHole.make()
  })
  afterEach(() => hole.end())

  /** Waits for so many attempts to connect; never more than two at once. */
  async function attempts(count: number): Promise<void> {
    const seen = new Set<string>()
    await eventually(
      () => {
        const { connections } = hole
        expect(connections.length).to.be.at.most(2)
        for (const each of connections) seen.add(each)
        return seen.size >= count
      },
      `${count} attempts`,
      PATIENCE_MILLIS,
    )
  }

  /** What agents were promised arrived, the first times in the order of the log, once the next process has begun. */
  async function expectAllOf(log: TestLog, agents: readonly AgentProcess[], url = hole.url): Promise<void> {
    expect(await newAgent(optionsFor(log, url), {}, hole.wrapper).tell('open')).to.equal('ok')
    const records = log.records()
    expectEachOnce(
      records,
      agents.flatMap(agent => agent.ids('turn')),
    )
    await eventually(() => new Set(hole.ids).size >= records.length, 'all of it', PATIENCE_MILLIS)
    expect([...new Set(hole.ids)].slice(0, records.length)).to.deep.equal(records.map(({ id }) => id))
    expect(existsSync(join(log.dir, 'forward', 'default.dead-letter.jsonl'))).to.equal(false)
  }

  it('from the start: it is tried one connection at a time, and gets everything when it opens', async () => {
    const log = newLog()
    const agent = newAgent(optionsFor(log, hole.url), {}, hole.wrapper)
    await started(agent)
    await attempts(3)
    expect(agent.said('error').join()).to.match(/^KANSA_NOT_DELIVERED .*no answer within 300 ms/)
    expect(await agent.tell('flush')).to.equal('ok')
    expect(hole.ids).to.deep.equal([])
    hole.open()
    await eventually(() => hole.ids.length > 0, 'a delivery', PATIENCE_MILLIS)
    await agent.stop()
    await expectAllOf(log, [agent])
  })

  it('again and again, in the middle of a delivery: everything arrives in order', async () => {
    const log = newLog()
    const agent = newAgent(optionsFor(log, hole.url), {}, hole.wrapper)
    hole.open()
    await started(agent)
    for (let round = 0; round < 3; round++) {
      const before = hole.ids.length
      await eventually(() => hole.ids.length > before + 10, 'a delivery', PATIENCE_MILLIS)
      hole.swallow()
      const turns = agent.ids('turn').length
      await attempts(2)
      expect(agent.ids('turn').length).to.be.above(turns)
      hole.open()
    }
    await agent.tell('flush')
    await agent.stop()
    await expectAllOf(log, [agent])
  })

  it('while much is written: it waits on disk, not in memory', async () => {
    const log = newLog()
    const agent = newAgent(optionsFor(log, hole.url), { recordsPerTurn: 20, outputLength: 8000 }, hole.wrapper)
    expect(await agent.tell('open')).to.equal('ok')
    await agent.tell('log 200')
    await attempts(1)
    const before = residentBytes(agent)
    await agent.tell('log 400')
    await attempts(1)
    const [written, grown] = [400 * 20 * 8000, residentBytes(agent) - before]
    expect(written).to.be.above(MAX_GROWTH_BYTES)
    expect(grown).to.be.below(MAX_GROWTH_BYTES)
    hole.open()
    await agent.tell('flush')
    await agent.stop()
    await expectAllOf(log, [agent])
  })

  for (const [what, urlOf] of [
    ['', (at: BlackHole) => at.url],
    [', whose name no resolver tells either', (at: BlackHole) => at.namedUrl],
  ] as const) {
    it(`does not keep an agent from ending${what}; the next one delivers what it left`, async () => {
      const log = newLog()
      const first = hole.start([ENDING_AGENT, log.dir, urlOf(hole)], 'inherit')
      expect(await once(first, 'exit')).to.deep.equal([0, null])
      expect(hole.ids).to.deep.equal([])
      hole.open()
      hole.makeNameKnown()
      await expectAllOf(log, [], urlOf(hole))
    })
  }

  it('with a name that no resolver tells: commits go on, and everything arrives when it is known', async () => {
    const log = newLog()
    // As many threads as Node.js has by default: lookups that hang may take half of them.
    const wrapper = [...hole.wrapper, 'env', 'UV_THREADPOOL_SIZE=4']
    const agent = newAgent(optionsFor(log, hole.namedUrl), {}, wrapper)
    await started(agent)
    await eventually(() => agent.said('error').length > 0, 'an attempt', PATIENCE_MILLIS)
    const stored = agent.ids('stored').length
    await eventually(() => agent.ids('stored').length > stored + 100, 'more records that are sealed')
    hole.open()
    hole.makeNameKnown()
    await eventually(() => hole.ids.length > 0, 'a delivery', PATIENCE_MILLIS)
    await agent.stop()
    await expectAllOf(log, [agent], hole.namedUrl)
  })
})

function residentBytes(agent: AgentProcess): number {
  const status = readFileSync(`/proc/${agent.process.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
}
