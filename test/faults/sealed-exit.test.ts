import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { run } from '../pipeline/exit/support.ts'
import { expectAsFound, expectVerdict } from './support/verified-log.ts'

/** What else must hold then: `../pipeline/exit`. */
describe('a process that ends', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()

  const ends = [
    { how: 'by itself', way: 'end' },
    { how: 'with process.exit in the turn of its first record', way: 'exit-3' },
    { how: 'with a shutdown that it does not wait for', way: 'shutdown-then-exit' },
    { how: 'by an exception', way: 'throw' },
    { how: 'by an unhandled rejection', way: 'reject' },
    { how: 'by a signal', way: 'alive', signals: ['SIGTERM'] },
    { how: 'by Ctrl-C', way: 'alive', signals: ['SIGINT'] },
  ] as const
  for (const { how, way, ...options } of ends) {
    it(`${how} leaves a log that is sealed to its end`, async () => {
      const log = newLog()
      await run('agent', [log.dir, way], options)
      await expectVerdict(log.dir, 'intact')
      expect(log.records()).to.have.length.above(2)
    })
  }

  it('by kill -9 leaves one that is not, and no more than that', async () => {
    const log = newLog()
    await run('agent', [log.dir, 'kill-after-turn'])
    expect(await expectAsFound(log.dir)).to.include({ status: 'incomplete', unsealed: log.records().length })
  })
})
