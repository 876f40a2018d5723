import { expect } from 'chai'
import { useTestLogs } from '../../journal/support/test-logs.ts'
import { expectAllSealed, type FailingCall, failOnce, runUnder } from '../support/error-runs.ts'
import { FILES } from '../support/kill-runs.ts'
import { canTrace } from '../support/strace.ts'
import { sweep } from '../support/sweep.ts'

const ONCE: readonly (FailingCall & { atLeast: number })[] = [
  { calls: 'write', error: 'EIO', files: FILES, atLeast: 10 },
  { calls: 'pwrite64', error: 'EIO', atLeast: 4 },
  { calls: 'openat', error: 'EMFILE', files: FILES, atLeast: 20 },
  { calls: 'fdatasync', error: 'EIO', atLeast: 8 },
  { calls: 'fsync', error: 'EIO', atLeast: 20 },
  { calls: 'rename', error: 'EIO', atLeast: 12 },
  { calls: 'fchmod', error: 'EPERM', atLeast: 10 },
  { calls: 'mkdir', error: 'ENOSPC', atLeast: 6 },
  { calls: 'link', error: 'EIO', atLeast: 2 },
  { calls: 'unlink', error: 'EIO', atLeast: 6 },
  { calls: 'rmdir', error: 'EIO', atLeast: 3 },
]

describe('a single call that fails, whichever it is', function () {
  this.timeout(300_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canTrace()) this.skip()
  })

  for (const { atLeast, ...call } of ONCE) {
    it(`${call.calls} (${call.error}): the start is refused, or every line arrives and is sealed`, async () => {
      expect(await sweep(nth => failOnce(newLog(), call, nth))).to.be.at.least(atLeast)
    })
  }

  for (const error of ['EIO', 'EROFS', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EAGAIN', 'EBUSY', 'EINTR', 'EBADF']) {
    for (const when of ['2', '3', '2..9']) {
      it(`writes that fail with ${error} (${when}): nothing is written twice, nothing is lost`, async () => {
        const log = newLog()
        const writer = await runUnder(log, `write:error=${error}:when=${when}`)
        await expectAllSealed(log, writer)
      })
    }
  }
})
