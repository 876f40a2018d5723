import { randomBytes } from 'node:crypto'
import { useTestLogs } from '../../journal/support/test-logs.ts'
import { spoilTail, tearCheckpoint, tearLines, tearTile, twoCommits } from '../support/torn-commits.ts'

describe('a commit that a crash tore at any byte', function () {
  this.timeout(120_000)
  const newLog = useTestLogs()

  it('in its lines: never tampered, and intact with exactly the whole ones after the next start', async () => {
    await tearLines(await twoCommits(newLog), newLog, 1)
  })

  it('behind its lines, with anything as after a power failure: the same', async () => {
    const random = (count: number): Buffer => Buffer.concat([Buffer.from('"'), randomBytes(count)])
    const nuls = [1, 2, 511, 512, 4095, 4096, 70_000].map(count => Buffer.alloc(count))
    const garbage = Array.from({ length: 60 }, (_, round) => random(round * 40))
    await spoilTail(await twoCommits(newLog), newLog, [...nuls, ...garbage])
  })

  it('in its tiles: the same', async () => {
    await tearTile(await twoCommits(newLog), newLog, 1)
  })

  it('in its checkpoint: the same', async () => {
    await tearCheckpoint(await twoCommits(newLog), newLog, 1)
  })
})
