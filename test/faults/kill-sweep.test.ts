import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { FILES, killFromStart, type KillPoint, killWhileDeleting, killWhileWriting } from './support/kill-runs.ts'
import { canTrace } from './support/strace.ts'
import { sample } from './support/sweep.ts'

/** All of them are in `slow/kill-sweep.test.ts`. */
const KILLS: readonly (KillPoint & { nths: readonly number[] })[] = [
  { calls: 'write', files: FILES, nths: [2, 9] },
  { calls: 'pwrite64', nths: [4] },
  { calls: 'fdatasync', nths: [3, 6] },
  { calls: 'fsync', nths: [3, 8, 13] },
  { calls: 'rename', nths: [2, 7, 9] },
  { calls: 'unlink', nths: [2] },
]

describe('kill -9 at a system call', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canTrace()) this.skip()
  })

  for (const { nths, ...point } of KILLS) {
    it(`${point.calls}: nothing promised is missing, nothing is half, what was said to be sealed is`, async () => {
      expect(await sample(nths, nth => killWhileWriting(newLog(), point, nth))).to.equal(nths.length)
    })
  }

  it('of the first start: the next one begins the log', async () => {
    const kills = await sample([2, 5, 9], nth => killFromStart(newLog(), { calls: 'fsync' }, nth))
    expect(kills).to.equal(3)
  })

  it('of the deletion of backups: what is gone was announced in the log before, and that is sealed', async () => {
    expect(await sample([1, 2], nth => killWhileDeleting(newLog(), { calls: 'unlink' }, nth))).to.equal(2)
  })
})
