import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import { identityOfThisProcess, type ProcessIdentity } from '../../src/journal/process-identity.ts'
import { ChildJournal } from './support/child-journal.ts'
import { appendAll, expectGapless, type TestLog, useTestLogs } from './support/test-logs.ts'

describe('the lock of a log', function () {
  this.timeout(60_000)
  const children: ChildJournal[] = []
  // Before the folders are removed: who still writes would make them anew.
  afterEach(async () => {
    for (const child of children.splice(0)) await child.stop()
  })
  const newLog = useTestLogs()

  function openInChild(...args: ConstructorParameters<typeof ChildJournal>): ChildJournal {
    const child = new ChildJournal(...args)
    children.push(child)
    return child
  }

  it('is held while the journal is open, and refuses a second process, naming the first', async () => {
    const log = newLog()
    const journal = log.open()
    const outcome = await openInChild(log.dir).outcome()
    expect(outcome).to.include({ opened: false, code: 'KANSA_DIR_LOCKED' })
    expect(outcome.message).to.include(log.dir).and.include(`process ${process.pid}`).and.include(hostname())
    expect(outcome.message)
      .to.include('own-folder')
      .and.match(/since 20\d\d-/)
    await journal.close()
    expect(log.names()).to.not.include('lock')
    const { opened } = await openInChild(log.dir).outcome()
    expect(opened).to.equal(true)
    expect(lockError(log)).to.include(`process ${children.at(-1)?.process.pid}`)
  })

  it('refuses a second journal of the same process too', () => {
    const log = newLog()
    log.open()
    expect(lockError(log)).to.include(`process ${process.pid}`)
  })

  it('is taken over after kill -9, without leftovers', async () => {
    const log = newLog()
    const child = openInChild(log.dir)
    await child.outcome()
    await child.kill()
    expect(log.names()).to.include('lock')
    const journal = log.open()
    expect(journal.opening).to.include({ nextSeq: 1, previousEnd: 'unclean' })
    await journal.close()
    expect(log.names()).to.deep.equal(['.gitignore', 'audit.jsonl', 'keys', 'seal'])
  })

  it('is taken over from a zombie, whose parent never asked for its exit code', async function () {
    const log = newLog()
    // The shell replaces itself by a sleep that does not know its child.
    const program = `${process.execPath} ${join(import.meta.dirname, 'programs', 'open-journal.ts')} ${log.dir} refuse die`
    const shell = spawn('sh', ['-c', `${program} & exec sleep 60`], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(shell.stdout, 'data')
      const { pid } = JSON.parse(log.text('lock'))
      const isZombie = (): boolean => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      const deadline = performance.now() + 10_000
      while (!isZombie() && performance.now() < deadline) await new Promise(resolve => setTimeout(resolve, 10))
      expect(isZombie()).to.equal(true)
      expect(log.open().opening.nextSeq).to.equal(1)
    } finally {
      shell.kill()
    }
  })

  it('is not taken over from a process on another host, in another container, or on another machine', () => {
    const others: Partial<ProcessIdentity>[] = [
      { host: 'elsewhere', bootId: 'other', pid: 999_999_999 },
      { pidNamespace: 'pid:[1]', pid: 999_999_999 },
      { bootId: 'other', machineId: 'other' },
      { bootId: 'other', machineId: undefined },
      { bootId: undefined },
    ]
    for (const other of others) {
      const log = logLockedBy(other)
      expect(lockError(log), JSON.stringify(other)).to.include('cannot see whether it lives').and.include('delete')
      expect(log.names()).to.deep.equal(['.gitignore', 'lock'])
    }
  })

  it('is taken over when its pid belongs to a later process, or to a boot before', () => {
    const parent = process.ppid
    for (const dead of [{ pid: parent, processStart: '1' }, { bootId: 'before' }, { pid: 2 ** 31 - 1 }]) {
      const log = logLockedBy(dead)
      expect(log.open().opening.nextSeq, JSON.stringify(dead)).to.equal(0)
    }
    expect(lockError(logLockedBy({ pid: parent, processStart: undefined }))).to.include(`process ${parent}`)
  })

  it('that is torn counts as held, unless it is from before this boot', () => {
    for (const text of ['', '{"pid":', '{"pid":1}', '{"pid":1,"host":"h","startedAt":"","instance":"../../x"}']) {
      const log = newLog()
      mkdirSync(log.dir)
      writeFileSync(log.path('lock'), text)
      expect(lockError(log), text).to.include('unreadable')
      utimesSync(log.path('lock'), 1_000_000_000, 1_000_000_000)
      expect(log.open().opening.nextSeq).to.equal(0)
    }
  })

  it('is taken over through the claims of processes that died while they took it over', () => {
    const log = logLockedBy({ pid: 2 ** 31 - 1 })
    for (const generation of [0, 1]) {
      const claimant = { ...identityOfThisProcess(`dead-${generation + 1}`), pid: 2 ** 31 - 1 }
      writeFileSync(log.path(`lock.taken-dead-${generation}`), JSON.stringify(claimant))
    }
    log.open()
    expect(JSON.parse(log.text('lock'))).to.include({ pid: process.pid })
    expect(log.names().filter(name => name.startsWith('lock'))).to.deep.equal(['lock'])
  })

  it('waits for nobody: a live process that is taking it over counts as the holder', () => {
    const log = logLockedBy({ pid: 2 ** 31 - 1 })
    writeFileSync(log.path('lock.taken-dead-0'), JSON.stringify(identityOfThisProcess('living')))
    expect(lockError(log)).to.include(`process ${process.pid}`)
  })

  it('is released only by its holder', async () => {
    const log = newLog()
    const journal = log.open()
    const other = JSON.stringify({ ...identityOfThisProcess('somebody'), pid: process.ppid })
    writeFileSync(log.path('lock'), other)
    await journal.close()
    expect(log.text('lock')).to.equal(other)
  })

  it('leaves a log of its own to further processes that ask for it', async () => {
    const log = newLog()
    const main = log.open({ origin: 'example.com/agent' })
    appendAll(main, 'main')
    const instanceId = crypto.randomUUID()
    const own = log.open({ onLocked: 'own-folder', instanceId, origin: 'example.com/agent' })
    expect(own.dir).to.equal(log.path(join('writers', instanceId)))
    expect(own.origin).to.equal(`example.com/agent/${instanceId}`)
    appendAll(own, 'own')
    await Promise.all([main.close(), own.close()])
    expect(log.ids()).to.deep.equal(['main'])
    expect(log.records(own.dir).map(({ id, seq }) => ({ id, seq }))).to.deep.equal([{ id: 'own', seq: 0 }])
    expect(readdirSync(own.dir)).to.include.members(['audit.jsonl', 'seal'])
    expect(log.open({ onLocked: 'own-folder' }).dir).to.equal(log.dir)
  })

  it('does not let a link steer where further processes write', () => {
    const log = newLog()
    log.open()
    mkdirSync(join(log.parent, 'elsewhere'))
    symlinkSync(join(log.parent, 'elsewhere'), log.path('writers'))
    expect(() => log.open({ onLocked: 'own-folder' })).to.throw(KansaError, 'symbolic link')
    expect(readdirSync(join(log.parent, 'elsewhere'))).to.deep.equal([])
  })

  it('goes to exactly one of many processes that race for a dead holder’s log, round after round', async () => {
    const log = newLog()
    let expectedSeq = 0
    for (let round = 0; round < 4; round++) {
      const racers = Array.from({ length: 6 }, () => openInChild(log.dir))
      const outcomes = await Promise.all(racers.map(racer => racer.outcome()))
      const winners = outcomes.flatMap((outcome, index) => (outcome.opened ? [index] : []))
      expect(winners, JSON.stringify(outcomes)).to.have.length(1)
      expect(outcomes.filter(outcome => outcome.code === 'KANSA_DIR_LOCKED')).to.have.length(5)
      const winner = racers[winners[0] ?? -1]
      expect(outcomes[winners[0] ?? -1]?.nextSeq).to.equal(expectedSeq++)
      // The next round races for the lock of a dead process.
      await winner?.kill()
    }
    expectGapless(log.records())
  })

  function logLockedBy(holder: Partial<ProcessIdentity>): TestLog {
    const log = newLog()
    mkdirSync(log.dir)
    writeFileSync(log.path('lock'), JSON.stringify({ ...identityOfThisProcess('dead-0'), ...holder }))
    return log
  }
})

describe('the lock seen from another PID namespace', () => {
  const newLog = useTestLogs()

  it('is not taken over', function () {
    const log = newLog()
    log.open()
    const program = join(import.meta.dirname, 'programs', 'open-journal.ts')
    const args = ['--pid', '--fork', '--mount-proc', process.execPath, program, log.dir]
    const { stdout, status } = spawnSync('unshare', args, { encoding: 'utf8' })
    if (status !== 0 || stdout === '') {
      console.log('unshare --pid does not work here (needs root)')
      this.skip()
    }
    expect(JSON.parse(stdout)).to.include({ opened: false, code: 'KANSA_DIR_LOCKED' })
  })
})

function lockError(log: TestLog): string {
  try {
    log.open()
  } catch (error) {
    expect(error).to.be.instanceOf(KansaError).with.property('code', 'KANSA_DIR_LOCKED')
    return String(error)
  }
  throw new Error('the log was not locked')
}
