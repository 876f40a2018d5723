import { expect } from 'chai'
import { listLogFiles, listLogFolders } from '../../src/journal/layout.ts'
import { expectGapless, recordsOf, useTestLogs } from '../journal/support/test-logs.ts'
import { type AgentProcess, expectEachOnce, useAgents } from './support/agent-process.ts'
import { expectVerdict } from './support/verified-log.ts'

const RACERS = 6
const ROUNDS = 3

describe('loggers of many processes that race for one folder', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('whose last writer was killed: exactly one gets it, round after round, and the log has no gap', async () => {
    const log = newLog()
    const options = { dir: log.dir }
    let racers = Array.from({ length: RACERS }, () => newAgent(options))
    const promised: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const answers = await openTogether(racers)
      const winner = onlyWinner(racers, answers)
      await winner.tell('log 2')
      promised.push(...winner.ids('turn'))
      // The next round races for the lock of a dead process.
      await winner.kill()
      racers = racers.filter(racer => racer !== winner)
    }
    const [last] = racers
    if (last === undefined) throw new Error('nobody is left')
    expect(await last.tell('open')).to.equal('ok')
    await last.stop()
    expect(log.names().filter(name => name.startsWith('lock'))).to.deep.equal([])
    expectEachOnce(log.records(), promised)
    expectGapless(log.records())
    await expectVerdict(log.dir, 'intact')
  })

  it("with `onLocked: 'own-folder'` all get a complete log, one of them the main one", async () => {
    const log = newLog()
    const racers = Array.from({ length: 4 }, () => newAgent({ dir: log.dir, onLocked: 'own-folder' }))
    expect(new Set(await openTogether(racers))).to.deep.equal(new Set(['ok']))
    await Promise.all(racers.map(racer => racer.tell('log 2')))
    await Promise.all(racers.map(racer => racer.stop()))
    const folders = listLogFolders(log.dir)
    expect(folders).to.have.length(racers.length).and.include(log.dir)
    const logs = folders.map(folder => recordsOf(listLogFiles(folder)))
    for (const records of logs) expectGapless(records)
    for (const folder of folders) await expectVerdict(folder, 'intact')
    expectEachOnce(
      logs.flat(),
      racers.flatMap(racer => racer.ids('turn')),
    )
  })
})

/** All have loaded everything before the first one is told to open. */
async function openTogether(racers: readonly AgentProcess[]): Promise<(string | undefined)[]> {
  await Promise.all(racers.map(racer => racer.until('loaded')))
  return Promise.all(racers.map(racer => racer.tell('open')))
}

function onlyWinner(racers: readonly AgentProcess[], answers: readonly (string | undefined)[]): AgentProcess {
  const refusals = answers.filter(answer => answer?.startsWith('KANSA_DIR_LOCKED '))
  expect(refusals, answers.join('\n')).to.have.length(racers.length - 1)
  const winner = racers[answers.indexOf('ok')]
  if (winner === undefined) throw new Error(answers.join('\n'))
  return winner
}
