import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { ALL_LINES, expectAllSealed, runThenFault } from './support/error-runs.ts'
import { canTrace } from './support/strace.ts'
import { expectAsFound, expectIntact } from './support/verified-log.ts'

const HISTORY = ['seal/checkpoints']

/** Each in every place: `slow/single-errors.test.ts`. */
const ONCE: readonly { what: string; fault: string; files?: readonly string[] }[] = [
  { what: 'writing a tile', fault: 'pwrite64:error=EIO:when=2' },
  { what: 'syncing a tile', fault: 'fsync:error=EIO:when=1', files: ['seal/tile/0/000.p/1'] },
  { what: 'syncing the folder of a tile', fault: 'fsync:error=EIO:when=1', files: ['seal/tile/0/000.p'] },
  { what: 'writing the history of checkpoints', fault: 'write:error=EIO:when=2', files: HISTORY },
  { what: 'syncing the history of checkpoints', fault: 'fdatasync:error=EIO:when=2', files: HISTORY },
  { what: 'putting the newest checkpoint in its place', fault: 'rename:error=EIO:when=2' },
  { what: 'opening the history of checkpoints', fault: 'openat:error=EMFILE:when=2', files: HISTORY },
]

describe('a disk that fails where the seal is', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canTrace()) this.skip()
  })

  for (const { what, fault, files } of ONCE) {
    it(`once, ${what}: records go on, flush rejects with KANSA_NOT_SEALED, then everything is sealed`, async () => {
      const log = newLog()
      const writer = await runThenFault(log, fault, files)
      expect(writer.kinds).to.deep.equal(['seal-failed', 'seal-recovered'])
      expect(writer.said('not-durable')).to.have.length(1)
      expect(writer.said('not-durable')[0]).to.match(/^KANSA_NOT_SEALED /)
      await expectAllSealed(log, writer)
    })
  }

  for (const { what, fault, files } of [
    { what: 'no tile can be written', fault: 'pwrite64:error=EIO', files: [] },
    { what: 'no checkpoint can be written', fault: 'write:error=EIO', files: HISTORY },
    { what: 'no checkpoint can be synced', fault: 'fdatasync:error=EIO', files: HISTORY },
    { what: 'no checkpoint can be put in its place', fault: 'rename:error=EIO', files: [] },
  ]) {
    it(`for ever, ${what}: every record is durable, none is called sealed, and the next start seals them`, async () => {
      const log = newLog()
      const writer = await runThenFault(log, fault, files)
      expect(writer.kinds).to.deep.equal(['seal-failed'])
      expect(writer.said('durable')).to.deep.equal([])
      expect(new Set(writer.said('not-durable').map(text => text.split(' ')[0]))).to.deep.equal(
        new Set(['KANSA_NOT_SEALED']),
      )
      expect(await expectAsFound(log.dir)).to.include({ status: 'incomplete' })
      await expectIntact(log.dir, ALL_LINES)
    })
  }
})
