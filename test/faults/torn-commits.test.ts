import { randomBytes } from 'node:crypto'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { spoilTail, tearCheckpoint, tearLines, tearTile, twoCommits } from './support/torn-commits.ts'

/** Byte by byte: `slow/torn-commits.test.ts`. */
describe('a commit that a crash tore', () => {
  const newLog = useTestLogs()

  it('in its lines: never tampered, and intact with exactly the whole ones after the next start', async () => {
    await tearLines(await twoCommits(newLog), newLog, 5)
  })

  it('behind its lines, with NUL bytes or garbage as after a power failure: the same', async () => {
    const garbage = Buffer.concat([Buffer.from('!'), randomBytes(300), Buffer.from('\n')])
    const tails = [Buffer.alloc(1), Buffer.alloc(5000), garbage, Buffer.from('{"id":"half'), Buffer.from([0xf0, 0x9f])]
    await spoilTail(await twoCommits(newLog), newLog, tails)
  })

  it('in its tiles: the same', async () => {
    await tearTile(await twoCommits(newLog), newLog, 32)
  })

  it('in its checkpoint: the same', async () => {
    await tearCheckpoint(await twoCommits(newLog), newLog, 31)
  })
})
