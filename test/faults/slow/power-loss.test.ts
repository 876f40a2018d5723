import { expect } from 'chai'
import { CuttableDisk, cutPowerAgainAndAgain } from '../support/power-cuts.ts'

describe('forty power failures', function () {
  this.timeout(300_000)
  const disk = new CuttableDisk()
  before(function () {
    if (!disk.make()) this.skip()
  })
  after(() => disk.remove())

  it('lose nothing that a commit had made durable, nor its seal', async () => {
    expect(await cutPowerAgainAndAgain(disk, 40)).to.be.greaterThan(2000)
  })
})
