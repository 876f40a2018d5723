import { expect } from 'chai'
import { CuttableDisk, cutPowerAgainAndAgain } from './support/power-cuts.ts'

/** More often: `slow/power-loss.test.ts`. */
describe('a power failure', function () {
  this.timeout(120_000)
  const disk = new CuttableDisk()
  before(function () {
    if (!disk.make()) this.skip()
  })
  after(() => disk.remove())

  it('loses nothing that a commit had made durable, nor its seal, whatever moment it comes, rotations included', async () => {
    expect(await cutPowerAgainAndAgain(disk, 3)).to.be.greaterThan(50)
  })
})
