import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { listLogFiles } from '../../src/journal/layout.ts'
import { expectGapless, recordsOf, type TestLog, useTestLogs } from '../journal/support/test-logs.ts'
import { type AgentPlan, type AgentProcess, expectEachOnce, useAgents } from './support/agent-process.ts'
import { failuresIn } from './support/stored-failures.ts'
import { expectAsFound, expectVerdict, wholeLinesOf } from './support/verified-log.ts'

const NOBODY = 65_534

describe('what others do to the log while an agent writes it', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('removing the active file costs no record', async () => {
    const log = newLog()
    const agent = await agentBusyIn(log)
    rmSync(log.path('audit.jsonl'))
    await goOnAndStop(agent)
    expectAll(agent, listLogFiles(log.dir))
    expectFailures(log, ['file-removed'])
    await expectVerdict(log.dir, 'intact')
  })

  it('moving it away: its lines are there, the next ones in a new file', async () => {
    const log = newLog()
    const agent = await agentBusyIn(log)
    const moved = join(log.parent, 'moved.jsonl')
    renameSync(log.path('audit.jsonl'), moved)
    await goOnAndStop(agent)
    expectAll(agent, [moved, ...listLogFiles(log.dir)])
    expect(log.records()[0]?.seq).to.be.above(0)
    expectFailures(log, ['file-renamed'])
    const { gaps } = await expectVerdict(log.dir, 'tampered', ['missing-head'])
    expect(gaps).to.deep.equal([{ firstSeq: 0, lastSeq: (log.records()[0]?.seq ?? 0) - 1 }])
    // Back in its place it is a file of the log again, whatever its suffix.
    renameSync(moved, log.path('audit.jsonl.7'))
    await expectVerdict(log.dir, 'intact')
  })

  it('rotating it by copying and truncating (copytruncate): only what nobody copied is missing, and that is said', async () => {
    const log = newLog()
    const agent = await agentBusyIn(log)
    const copy = join(log.parent, 'copy.jsonl')
    copyFileSync(log.path('audit.jsonl'), copy)
    truncateSync(log.path('audit.jsonl'))
    // What is said after this answer was logged after the truncation.
    expect(await agent.tell('flush')).to.equal('ok')
    const before = agent.ids('turn').length
    await goOnAndStop(agent)
    const [copied, kept] = [wholeLinesOf(copy), log.records()]
    expectEachOnce([...copied, ...kept], agent.ids('turn').slice(before))
    expect(copied.at(-1)?.seq).to.be.below(kept[0]?.seq ?? 0)
    expectGapless(kept, kept[0]?.seq)
    expectFailures(log, ['file-truncated'])
    expect(Number(failuresIn(log.dir)[0]?.['lost_bytes'])).to.be.above(0)
    const { gaps } = await expectVerdict(log.dir, 'tampered', ['missing-head'])
    expect(gaps).to.deep.equal([{ firstSeq: 0, lastSeq: (kept[0]?.seq ?? 0) - 1 }])
  })

  it('deleting a backup: what is missing is named, however well the log goes on', async () => {
    const log = newLog()
    const agent = await agentBusyIn(log, { maxFileBytes: 16 * 1024, maxBackups: 1000 })
    while (!log.names().includes('audit.jsonl.3')) await agent.until('turn', agent.said('turn').length + 5)
    const victim = wholeLinesOf(log.path('audit.jsonl.2'))
    rmSync(log.path('audit.jsonl.2'))
    await goOnAndStop(agent)
    const { gaps } = await expectVerdict(log.dir, 'tampered', ['missing-line'])
    expect(gaps).to.have.length(1)
    // A rotation may have come in between: that was another file then.
    expect((gaps[0]?.lastSeq ?? 0) - (gaps[0]?.firstSeq ?? 0)).to.be.above(victim.length / 2)
  })

  it('replacing it by a link: nothing is written through it, and nothing is lost', async () => {
    const log = newLog()
    const agent = await agentBusyIn(log)
    const victim = join(log.parent, 'victim')
    writeFileSync(victim, 'untouched')
    symlinkSync(victim, join(log.parent, 'link'))
    renameSync(join(log.parent, 'link'), log.path('audit.jsonl'))
    await goOnAndStop(agent)
    expect(readFileSync(victim, 'utf8')).to.equal('untouched')
    expectAll(agent, listLogFiles(log.dir))
    expectFailures(log, ['file-replaced', 'file-removed'])
    await expectVerdict(log.dir, 'intact')
  })

  it('removing the whole folder: records, lock and key are there again; that the old checkpoints are gone shows', async () => {
    const log = newLog()
    const agent = await agentBusyIn(log)
    await agent.tell('flush')
    rmSync(log.dir, { recursive: true, maxRetries: 5 })
    await agent.until('turn', agent.said('turn').length + 2)
    expect(await agent.tell('flush')).to.equal('ok')
    expect(log.names()).to.include.members(['.gitignore', 'audit.jsonl', 'lock', 'seal'])
    await goOnAndStop(agent)
    expectAll(agent, listLogFiles(log.dir))
    expectFailures(log, ['folder-recreated'])
    await expectVerdict(log.dir, 'tampered', ['missing-checkpoint'])
  })

  it('moving the folder away and putting a file in its place: records wait until there can be a folder again', async () => {
    const log = newLog()
    const agent = await agentBusyIn(log)
    await agent.tell('flush')
    const moved = join(log.parent, 'moved')
    renameSync(log.dir, moved)
    writeFileSync(log.dir, 'no folder')
    expect(await agent.tell('flush')).to.match(/^KANSA_NOT_DURABLE /)
    expect(readFileSync(log.dir, 'utf8')).to.equal('no folder')
    rmSync(log.dir)
    await goOnAndStop(agent)
    const [before, after] = [recordsOf(listLogFiles(moved)), log.records()]
    expectEachOnce([...before, ...after], agent.ids('turn'))
    expectGapless([...before, ...after])
    await expectVerdict(log.dir, 'tampered', ['missing-checkpoint', 'missing-head'])
    await expectAsFound(moved)
  })

  it('taking all permissions away: the open file takes every record', async function () {
    if (!canBecomeNobody()) {
      console.log('needs root and setpriv: permissions are not tested')
      this.skip()
    }
    const log = newLog()
    chmodSync(log.parent, 0o755)
    mkdirSync(log.dir)
    chownSync(log.dir, NOBODY, NOBODY)
    const agent = await agentBusyIn(log, { maxFileBytes: 64 * 1024 }, asNobody())
    chmodSync(log.path('audit.jsonl'), 0)
    chmodSync(log.dir, 0)
    // Longer than a file may be: there will be need for a rotation, which is impossible now.
    await agent.until('turn', agent.said('turn').length + 60)
    expectEachOnce(wholeLinesOf(log.path('audit.jsonl')), agent.ids('turn'))
    expect(listLogFiles(log.dir)).to.have.length(1)
    chmodSync(log.dir, 0o700)
    chmodSync(log.path('audit.jsonl'), 0o600)
    await goOnAndStop(agent)
    expectAll(agent, listLogFiles(log.dir))
    expect(failuresIn(log.dir).map(context => context['what'])).to.include('rotation-failed')
    await expectVerdict(log.dir, 'intact')
  })

  /** An agent that has logged a few turns and goes on. */
  async function agentBusyIn(
    log: TestLog,
    options: Omit<AgentPlan['options'], 'dir'> = {},
    wrapper: readonly string[] = [],
  ): Promise<AgentProcess> {
    const agent = newAgent({ dir: log.dir, flushIntervalMillis: 50, ...options }, {}, wrapper)
    expect(await agent.tell('open')).to.equal('ok')
    await agent.tell('run')
    await agent.until('turn', 10)
    return agent
  }
})

/** The log is put right, goes on, and the process ends as if nothing had been. */
async function goOnAndStop(agent: AgentProcess): Promise<void> {
  await agent.tell('flush')
  await agent.until('turn', agent.said('turn').length + 10)
  expect(await agent.tell('flush')).to.equal('ok')
  await agent.stop()
  expect(agent.ids('refused')).to.deep.equal([])
}

function expectAll(agent: AgentProcess, files: readonly string[]): void {
  const records = recordsOf(files)
  expectEachOnce(records, agent.ids('turn'))
  expectGapless(records)
}

/** Recorded in the log and reported. */
function expectFailures(log: TestLog, kinds: readonly string[]): void {
  const what = failuresIn(log.dir).map(context => context['what'])
  expect(what).to.include.members([...kinds])
}

function asNobody(): string[] {
  return ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
}

function canBecomeNobody(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/proc/self')) return false
  const [command, ...args] = [...asNobody(), process.execPath, '--version']
  return spawnSync(command, args).status === 0
}
