import { expect } from 'chai'
import { fillDisk } from './support/small-disk.ts'
import { canMount } from './support/tmpfs.ts'

/** Every size: `slow/small-disk.test.ts`. */
describe('a disk that gets full in the middle of a commit', function () {
  this.timeout(60_000)
  before(function () {
    if (!canMount()) this.skip()
  })

  for (const [ending, what] of [
    ['kill', 'and the writer is killed'],
    ['close', 'and the writer is closed'],
    ['grow', 'and then has room again'],
  ] as const) {
    it(`${what}: nothing that was written is lost, nothing is half, verification never speaks of tampering`, async () => {
      const wasFull = await Promise.all([11, 14, 17].map(pages => fillDisk(pages, ending)))
      expect(wasFull).to.deep.equal([true, true, true])
    })
  }
})
