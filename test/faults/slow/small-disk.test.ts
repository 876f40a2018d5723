import { expect } from 'chai'
import { fillDisk } from '../support/small-disk.ts'
import { canMount } from '../support/tmpfs.ts'

const FEWEST_PAGES = 4
const MOST_PAGES = 21

describe('a disk of any size that gets full', function () {
  this.timeout(180_000)
  before(function () {
    if (!canMount()) this.skip()
  })

  for (const ending of ['kill', 'close', 'grow'] as const) {
    it(`where in a commit it may be (${ending}): nothing that was written is lost, nothing speaks of tampering`, async () => {
      const full: number[] = []
      for (let pages = FEWEST_PAGES; pages <= MOST_PAGES; pages += 2) {
        const wasFull = await Promise.all([fillDisk(pages, ending), fillDisk(pages + 1, ending)])
        full.push(...wasFull.flatMap((is, index) => (is ? [pages + index] : [])))
      }
      expect(full.length).to.be.within(10, MOST_PAGES - FEWEST_PAGES)
    })
  }
})
