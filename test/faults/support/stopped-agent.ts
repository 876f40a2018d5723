/** An agent that gets no processor time for a while (SIGSTOP), in the middle of its work. */
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { writerStateOf } from '../../../src/journal/writer-state.ts'
import { verifyLog } from '../../../src/verify/verify-log.ts'
import { expectGapless, type TestLog } from '../../journal/support/test-logs.ts'
import { expectEachOnce, type useAgents } from './agent-process.ts'
import { failuresIn } from './stored-failures.ts'
import { expectVerdict } from './verified-log.ts'

export async function stopAndContinue(
  log: TestLog,
  newAgent: ReturnType<typeof useAgents>,
  millis: number,
): Promise<void> {
  const agent = newAgent({ dir: log.dir, maxFileBytes: 16 * 1024, maxBackups: 1000, flushIntervalMillis: 10 })
  expect(await agent.tell('open')).to.equal('ok')
  await agent.tell('run')
  await agent.until('turn', 10)
  agent.process.kill('SIGSTOP')
  const rival = newAgent({ dir: log.dir })
  expect(await rival.tell('open')).to.match(/^KANSA_DIR_LOCKED /)
  const report = await verifyLog({ dir: log.dir, writerState: () => writerStateOf(log.dir) })
  expect(report.problems).to.deep.equal([])
  expect(report.writer).to.equal('live')
  await setTimeout(millis)
  agent.process.kill('SIGCONT')
  await agent.until('turn', agent.said('turn').length + 10)
  expect(await agent.tell('flush')).to.equal('ok')
  await agent.stop()
  expect(agent.said('error').concat(agent.ids('refused'))).to.deep.equal([])
  expect(failuresIn(log.dir)).to.deep.equal([])
  expectEachOnce(log.records(), agent.ids('turn'))
  expectGapless(log.records())
  await expectVerdict(log.dir, 'intact')
}
