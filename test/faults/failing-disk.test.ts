import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { expectGapless, type TestLog, useTestLogs } from '../journal/support/test-logs.ts'
import { type AgentProcess, expectEachOnce, useAgents } from './support/agent-process.ts'
import { failuresIn } from './support/stored-failures.ts'
import { canTrace, strace } from './support/strace.ts'
import { canMount, withTmpfs } from './support/tmpfs.ts'
import { expectAsFound, expectVerdict } from './support/verified-log.ts'

describe('a failing disk, as an agent and its log see it', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  /** An agent whose calls on the active file fail as strace is told, with a logger that is open. */
  async function agentUnder(log: TestLog, fault: string): Promise<AgentProcess> {
    const agent = newAgent(
      { dir: log.dir, flushIntervalMillis: 60_000 },
      {},
      strace(fault, [join(log.dir, 'audit.jsonl')]),
    )
    expect(await agent.tell('open')).to.equal('ok')
    return agent
  }

  it('that refuses one write costs nothing, and is recorded', async function () {
    if (!canTrace()) this.skip()
    const log = newLog()
    const agent = await agentUnder(log, 'write:error=EIO:when=4')
    await agent.tell('log 10')
    expect(await agent.tell('flush')).to.equal('ok')
    await agent.stop()
    await expectAllStored(agent, log)
    expect(agent.said('error')).to.have.length(1)
    expect(agent.said('error')[0]).to.include('KANSA_DIR_UNUSABLE').and.include('EIO')
    const failures = failuresIn(log.dir)
    expect(failures).to.have.length(1)
    expect(failures[0]).to.include({ refused_count: '0' })
    expect(failures[0]?.['reason']).to.include('EIO')
  })

  it('that refuses every write is not felt, and everything is either stored or said to be lost', async function () {
    if (!canTrace()) this.skip()
    const log = newLog()
    const agent = await agentUnder(log, 'write:error=EIO:when=4+')
    await agent.tell('log 10')
    expect(await agent.tell('flush')).to.match(/^KANSA_NOT_DURABLE .*EIO/)
    await agent.stop()
    const [stored, lost] = [agent.ids('stored'), agent.ids('refused')]
    expect([...stored, ...lost].toSorted()).to.deep.equal(agent.ids('turn').toSorted())
    expect(new Set(agent.said('refused').map(text => text.split(' ')[1]))).to.deep.equal(new Set(['KANSA_CLOSED']))
    expect(stored).to.have.length.above(0)
    expectEachOnce(log.records(), stored)
    expect(agent.said('error').at(-1)).to.match(/^KANSA_NOT_DURABLE .*lost/)
    await expectNextStart(log)
  })

  it('that refuses fdatasync for a while: flush() rejects for so long, then stands for all', async function () {
    if (!canTrace()) this.skip()
    const log = newLog()
    const agent = await agentUnder(log, 'fdatasync:error=EIO:when=2..5')
    const answers: boolean[] = []
    for (let flush = 0; flush < 6; flush++) {
      await agent.tell('log 3')
      const answer = await agent.tell('flush')
      if (answer !== 'ok') expect(answer).to.match(/^KANSA_NOT_DURABLE .*EIO/)
      answers.push(answer === 'ok')
    }
    await agent.stop()
    // The second call and its repetition through a new descriptor: the log goes on in a new file. So soon after that there
    // is no other one, so the fourth call and its repetition are felt.
    expect(answers).to.deep.equal([true, true, false, true, true, true])
    await expectAllStored(agent, log)
    expect(agent.said('error').filter(text => text.startsWith('KANSA_NOT_DURABLE'))).to.have.length(1)
    expect(failuresIn(log.dir)).to.have.length(2)
  })

  it('is not needed for going on without descriptors (EMFILE): the log grows beyond its limit until there are some', async () => {
    const log = newLog()
    const agent = newAgent({ dir: log.dir, maxFileBytes: 16 * 1024, maxBackups: 1000 })
    expect(await agent.tell('open')).to.equal('ok')
    // Every number below is taken, so nothing can be opened.
    setLimit(agent, 'nofile=3')
    await agent.tell('log 20')
    expect(log.names()).to.not.include('audit.jsonl.1')
    expect(log.size('audit.jsonl')).to.be.above(20_000)
    expectEachOnce(log.records(), agent.ids('turn'))
    setLimit(agent, 'nofile=1024')
    while (!log.names().includes('audit.jsonl.1')) await agent.tell('log 3')
    expect(await agent.tell('flush')).to.equal('ok')
    await agent.stop()
    await expectAllStored(agent, log)
    expect(failuresIn(log.dir).map(context => context['what'])).to.include('rotation-failed')
  })

  it('on which the quota is used up says so at the start', async function () {
    if (!canTrace()) this.skip()
    const log = newLog()
    const agent = newAgent({ dir: log.dir }, {}, strace('mkdir:error=EDQUOT', [log.dir]))
    expect(await agent.tell('open')).to.match(/^KANSA_DIR_UNUSABLE .*Free some of the quota/)
  })

  it('that is mounted read-only is refused at the start, in the same process accepted when it is writable', async function () {
    if (!canMount()) this.skip()
    await withTmpfs('size=1m', async folder => {
      const log = newLog()
      const agent = newAgent({ dir: join(folder, 'audit') })
      execFileSync('mount', ['-o', 'remount,ro', folder])
      expect(await agent.tell('open')).to.match(/^KANSA_DIR_UNUSABLE .*EROFS.*Mount it writable/)
      execFileSync('mount', ['-o', 'remount,rw', folder])
      expect(await agent.tell('open')).to.equal('ok')
      await agent.tell('log 3')
      await agent.stop()
      expectEachOnce(log.records(join(folder, 'audit')), agent.ids('turn'))
      await expectVerdict(join(folder, 'audit'), 'intact')
    })
  })

  async function expectAllStored(agent: AgentProcess, log: TestLog): Promise<void> {
    await expectVerdict(log.dir, 'intact')
    const records = log.records()
    expectEachOnce(records, agent.ids('turn'))
    expectGapless(records)
    expect(agent.ids('stored')).to.deep.equal(agent.ids('turn'))
    // In the order in which they were logged.
    const logged = new Set(agent.ids('turn'))
    expect(records.map(record => record.id).filter(id => logged.has(id))).to.deep.equal(agent.ids('turn'))
  }

  async function expectNextStart(log: TestLog): Promise<void> {
    await expectAsFound(log.dir)
    const agent = newAgent({ dir: log.dir })
    expect(await agent.tell('open')).to.equal('ok')
    await agent.stop()
    expectGapless(log.records())
    await expectVerdict(log.dir, 'intact')
  }
})

function setLimit(agent: AgentProcess, limit: string): void {
  execFileSync('prlimit', ['--pid', String(agent.process.pid), `--${limit}:`])
}
