import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { expectIntact, WriterProcess } from './support/writer-process.ts'

/** EXT4_IOC_SHUTDOWN without flushing: from then on the file system forgets what is not on the disk. */
const CUT_POWER = `
import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
fcntl.ioctl(fd, 0x8004587d, struct.pack('I', 2))
`

describe('a power failure', function () {
  this.timeout(120_000)
  let folder = ''
  before(function () {
    folder = mkdtempSync(join(tmpdir(), 'kansa-power-'))
    const image = join(folder, 'image')
    execFileSync('truncate', ['-s', '24M', image])
    const isReady =
      process.getuid?.() === 0 &&
      spawnSync('mkfs.ext4', ['-q', '-F', image]).status === 0 &&
      spawnSync('python3', ['--version']).status === 0 &&
      execFileSync('mkdir', [join(folder, 'disk')]) !== undefined &&
      mount(folder)
    if (isReady) return
    console.log('needs root, mkfs.ext4, loop devices and python3: power failures are not tested')
    this.skip()
  })
  after(() => {
    spawnSync('umount', ['-l', join(folder, 'disk')])
    rmSync(folder, { recursive: true, force: true })
  })

  it('loses nothing that a commit had made durable, whatever moment it comes, rotations included', async () => {
    const disk = join(folder, 'disk')
    const dir = join(disk, 'audit')
    const durable: string[] = []
    for (let round = 0; round < 4; round++) {
      const writer = new WriterProcess({
        dir,
        name: `round-${round}`,
        lines: 1_000_000,
        lineBytes: 300,
        linesPerTurn: 7,
        commitEvery: 20,
        options: { maxFileBytes: 20_000, maxBackups: 100_000 },
      })
      await writer.until('open')
      await new Promise(resolve => setTimeout(resolve, 50 + Math.random() * 100))
      execFileSync('python3', ['-c', CUT_POWER, disk])
      writer.process.kill('SIGKILL')
      await writer.end()
      durable.push(...durableIds(writer))
      execFileSync('umount', [disk])
      expect(mount(folder)).to.equal(true)
      const records = await expectIntact(dir, durable, 0)
      expect(records.length).to.be.at.least(durable.length)
    }
    expect(durable.length).to.be.greaterThan(100)
  })
})

function mount(folder: string): boolean {
  return spawnSync('mount', ['-o', 'loop', join(folder, 'image'), join(folder, 'disk')]).status === 0
}

/** Every line up to the last one that a commit was confirmed for. */
function durableIds(writer: WriterProcess): string[] {
  const last = writer.said('durable').at(-1)
  if (last === undefined) return []
  const [prefix, count] = [last.slice(0, last.lastIndexOf('-')), Number(last.slice(last.lastIndexOf('-') + 1))]
  return Array.from({ length: count + 1 }, (_, line) => `${prefix}-${line}`)
}
