/** Processes that are killed at a random moment, one after the other, each going on with the log of the one before. */
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { listLogFiles } from '../../../src/journal/layout.ts'
import { expectGapless, type StoredRecord, type TestLog } from '../../journal/support/test-logs.ts'
import { type AgentPlan, type AgentProcess, expectEachOnce, type useAgents } from './agent-process.ts'
import { expectAsFound, expectIntact, expectVerdict, wholeLinesOf } from './verified-log.ts'
import { WriterProcess } from './writer-process.ts'

const LAST_KILL_MILLIS = 60

/** Loggers with everything around them. What was unsealed when one starts is named in the log, and by `kansa verify`. */
export async function killAgents(
  log: TestLog,
  newAgent: ReturnType<typeof useAgents>,
  { rounds, maxFileBytes, plan }: { rounds: number; maxFileBytes: number; plan?: Partial<AgentPlan> },
): Promise<StoredRecord[]> {
  const options = { dir: log.dir, maxFileBytes, maxBackups: 10_000, flushIntervalMillis: 5 }
  const promised: string[] = []
  const unsealed: { firstSeq: number; lastSeq: number }[] = []
  let next = newAgent(options, plan)
  for (let round = 0; round < rounds; round++) {
    const agent = next
    expect(await agent.tell('open'), `start ${round}`).to.equal('ok')
    // Its modules load while this one works.
    next = newAgent(options, plan)
    await killWhileRunning(agent)
    promised.push(...agent.ids('turn'))
    const found = await expectAsFound(log.dir, agent.said('sealed'))
    const end = lastSeqIn(log.dir)
    if (found !== undefined && end >= found.treeSize) unsealed.push({ firstSeq: found.treeSize, lastSeq: end })
  }
  expect(await next.tell('open')).to.equal('ok')
  await next.stop()
  const records = log.records()
  expectEachOnce(records, promised)
  expectGapless(records)
  const { adopted } = await expectVerdict(log.dir, 'intact')
  expect(adopted.map(({ firstSeq, lastSeq }) => ({ firstSeq, lastSeq }))).to.deep.equal(unsealed)
  return records
}

/** Journals alone, which start faster. */
export async function killWriters(log: TestLog, rounds: number): Promise<StoredRecord[]> {
  const promised: string[] = []
  let records: StoredRecord[] = []
  for (let round = 0; round < rounds; round++) {
    const writer = new WriterProcess({
      dir: log.dir,
      name: `round-${round}`,
      lines: 1_000_000,
      lineBytes: 200,
      linesPerTurn: 1 + (round % 5) * 20,
      commitEvery: 50,
      options: { maxFileBytes: 16_384, maxBackups: 100_000, flushIntervalMillis: 5 },
    })
    await writer.until('open')
    await setTimeout(Math.random() * LAST_KILL_MILLIS)
    writer.process.kill('SIGKILL')
    await writer.end()
    expect(writer.errors).to.equal('')
    promised.push(...writer.written)
    records = await expectIntact(log.dir, promised, { sealed: writer.sealed })
  }
  return records
}

async function killWhileRunning(agent: AgentProcess): Promise<void> {
  await agent.tell('run')
  await agent.until('turn')
  await setTimeout(Math.random() * LAST_KILL_MILLIS)
  await agent.kill()
  expect(agent.said('thrown').concat(agent.said('error'))).to.deep.equal([])
  expect(agent.ids('turn')).to.have.length.above(0)
}

/** The last line that has an end; -1 in an empty log. */
function lastSeqIn(dir: string): number {
  return listLogFiles(dir).flatMap(wholeLinesOf).at(-1)?.seq ?? -1
}
