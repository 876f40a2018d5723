import { readdirSync, symlinkSync } from 'node:fs'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import { readLockHolder } from '../../src/journal/lock-holder.ts'
import { ChildJournal } from './support/child-journal.ts'
import { useTestLogs } from './support/test-logs.ts'

describe('who holds the lock of a log', () => {
  const newLog = useTestLogs()

  it('is told while it is held, and nobody afterwards', async () => {
    const log = newLog()
    const journal = log.open({ instanceId: 'instance-1' })
    expect(readLockHolder(log.dir)).to.deep.include({ instance: 'instance-1', liveness: 'alive' })
    expect(readLockHolder(log.dir)?.holder?.pid).to.equal(process.pid)
    await journal.close()
    expect(readLockHolder(log.dir)).to.equal(undefined)
    expect(readLockHolder(log.path('nowhere'))).to.equal(undefined)
  })

  it('is told of the dead too, and asking changes nothing', async () => {
    const log = newLog()
    const child = new ChildJournal(log.dir)
    await child.outcome()
    expect(readLockHolder(log.dir)).to.include({ liveness: 'alive' })
    await child.kill()
    const before = readdirSync(log.dir)
    expect(readLockHolder(log.dir)).to.include({ liveness: 'dead' })
    expect(readLockHolder(log.dir)?.holder?.pid).to.equal(child.process.pid)
    expect(readdirSync(log.dir)).to.deep.equal(before)
  })

  it('is not believed of a link', async () => {
    const log = newLog()
    await log.open().close()
    symlinkSync('/etc/hostname', log.path('lock'))
    expect(() => readLockHolder(log.dir))
      .to.throw(KansaError, 'symbolic link')
      .with.property('code', 'KANSA_DIR_UNUSABLE')
  })
})
