import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { expectGapless, type TestLog, useTestLogs } from '../../journal/support/test-logs.ts'
import { type AgentProcess, expectEachOnce, useAgents } from '../support/agent-process.ts'
import { expectAsFound, expectVerdict } from '../support/verified-log.ts'

/** What binds root too. */
describe('a log that somebody protects while an agent writes it', function () {
  this.timeout(60_000)

  /** Attributes that are set (chattr). Taken away before anything is deleted, whatever became of the test. */
  const set: [attribute: string, path: string][] = []
  afterEach(() => {
    for (const [attribute, path] of set.splice(0)) spawnSync('chattr', [`-${attribute}`, path])
  })

  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('with every file immutable (chattr +i): records wait, and are written and sealed when that is over', async function () {
    if (!canProtect()) this.skip()
    const log = newLog()
    const agent = await agentIn(log)
    protect('i', log.path('audit.jsonl'))
    protect('i', log.path('seal'))
    protect('i', log.dir)
    await agent.tell('log 40')
    await agent.tell('flush')
    expect(agent.said('error').join('\n')).to.match(/KANSA_NOT_SEALED|KANSA_DIR_UNUSABLE/)
    await expectAsFound(log.dir)
    release()
    await expectGoesOn(agent, log)
  })

  it('so that files can only be appended to (chattr +a): records are written, and sealed when that is over', async function () {
    if (!canProtect()) this.skip()
    const log = newLog()
    const agent = await agentIn(log)
    for (const name of ['audit.jsonl', 'seal/checkpoint', 'seal/checkpoints']) protect('a', log.path(name))
    await agent.tell('log 3')
    expect(await agent.tell('flush')).to.match(/^KANSA_NOT_SEALED /)
    expectEachOnce(log.records(), agent.ids('turn'))
    await expectAsFound(log.dir)
    release()
    await expectGoesOn(agent, log)
  })

  it('by a read-only mount over it: the open file takes every record, and all are sealed when that is over', async function () {
    const log = newLog()
    const agent = await agentIn(log)
    if (!coverReadOnly(log.parent)) {
      console.log('needs root and mount: read-only mounts are not tested')
      this.skip()
    }
    try {
      await agent.tell('log 40')
      expect(await agent.tell('flush')).to.match(/^KANSA_NOT_SEALED .*EROFS/)
      expectEachOnce(log.records(), agent.ids('turn'))
      await expectAsFound(log.dir)
    } finally {
      spawnSync('umount', ['-l', log.parent])
    }
    await expectGoesOn(agent, log)
  })

  async function agentIn(log: TestLog): Promise<AgentProcess> {
    const agent = newAgent({ dir: log.dir, maxFileBytes: 8192, maxBackups: 1000, flushIntervalMillis: 20 })
    expect(await agent.tell('open')).to.equal('ok')
    await agent.tell('log 3')
    expect(await agent.tell('flush')).to.equal('ok')
    return agent
  }

  async function expectGoesOn(agent: AgentProcess, log: TestLog): Promise<void> {
    let isSealed = false
    for (let attempt = 0; attempt < 50 && !isSealed; attempt++) {
      await agent.tell('log 1')
      isSealed = (await agent.tell('flush')) === 'ok'
    }
    expect(isSealed).to.equal(true)
    await agent.stop()
    expect(agent.ids('refused')).to.deep.equal([])
    expectEachOnce(log.records(), agent.ids('turn'))
    expectGapless(log.records())
    await expectVerdict(log.dir, 'intact')
  }

  function protect(attribute: string, path: string): void {
    execFileSync('chattr', [`+${attribute}`, path])
    set.push([attribute, path])
  }

  function release(): void {
    for (const [attribute, path] of set.splice(0).toReversed()) execFileSync('chattr', [`-${attribute}`, path])
  }

  function canProtect(): boolean {
    const probe = join(newLog().parent, 'probe')
    writeFileSync(probe, '')
    const can = spawnSync('chattr', ['+i', probe]).status === 0 && spawnSync('chattr', ['-i', probe]).status === 0
    if (!can) console.log('needs root and chattr: protected files are not tested')
    return can
  }
})

/** Files that are open already stay writable; whatever is opened from now on is not. */
function coverReadOnly(folder: string): boolean {
  if (spawnSync('mount', ['--bind', folder, folder]).status !== 0) return false
  if (spawnSync('mount', ['-o', 'remount,bind,ro', folder]).status === 0) return true
  spawnSync('umount', [folder])
  return false
}
