import { availableParallelism } from 'node:os'
import { useTestLogs } from '../../journal/support/test-logs.ts'
import { useAgents } from '../support/agent-process.ts'
import { killAgents, killWriters } from '../support/random-kills.ts'

/** Logs at the same time: half of the time a process waits for the disk, or for its end. */
const LANES = Math.max(2, 2 * availableParallelism())

describe('kill -9 at any moment, a thousand times', function () {
  this.timeout(900_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('loses nothing of a turn that had ended, and what was said to be sealed is: 700 journals', async () => {
    await inLanes(28, () => killWriters(newLog(), 25))
  })

  it('leaves no half line, and what nobody had sealed is named: 150 agents', async () => {
    await inLanes(10, () => killAgents(newLog(), newAgent, { rounds: 15, maxFileBytes: 16 * 1024 }))
  })

  it('with eight producers and tiny files: the same, 150 agents', async () => {
    const plan = { producers: 8, recordsPerTurn: 1 }
    await inLanes(10, () => killAgents(newLog(), newAgent, { rounds: 15, maxFileBytes: 4096, plan }))
  })
})

async function inLanes(count: number, run: () => Promise<unknown>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      while (left-- > 0) await run()
    }),
  )
}
