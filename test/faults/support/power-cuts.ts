/** A file system that loses what is not on its disk, at the push of a button. Needs root and loop devices. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expectIntact } from './verified-log.ts'
import { WriterProcess } from './writer-process.ts'

/** EXT4_IOC_SHUTDOWN without flushing: from then on the file system forgets what is not on the disk. */
const CUT_POWER = `
import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
fcntl.ioctl(fd, 0x8004587d, struct.pack('I', 2))
`

export class CuttableDisk {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'kansa-power-'))
  readonly path: string = join(this.folder, 'disk')

  /** False, with a reason on the console, where there can be none. */
  make(): boolean {
    const image = join(this.folder, 'image')
    execFileSync('truncate', ['-s', '24M', image])
    mkdirSync(this.path)
    const isReady =
      process.getuid?.() === 0 &&
      spawnSync('mkfs.ext4', ['-q', '-F', image]).status === 0 &&
      spawnSync('python3', ['--version']).status === 0 &&
      this.mount()
    if (!isReady) console.log('needs root, mkfs.ext4, loop devices and python3: power failures are not tested')
    return isReady
  }

  cutPower(): void {
    execFileSync('python3', ['-c', CUT_POWER, this.path])
  }

  /** Mounts it again, as after a restart of the machine. */
  restart(): void {
    execFileSync('umount', [this.path])
    if (!this.mount()) throw new Error('the file system cannot be mounted again')
  }

  remove(): void {
    spawnSync('umount', ['-l', this.path])
    rmSync(this.folder, { recursive: true, force: true })
  }

  private mount(): boolean {
    return spawnSync('mount', ['-o', 'loop', join(this.folder, 'image'), this.path]).status === 0
  }
}

/** Writers that lose power at a random moment, one after the other, in one log. Returns how many records were sealed. */
export async function cutPowerAgainAndAgain(disk: CuttableDisk, rounds: number): Promise<number> {
  const dir = join(disk.path, 'audit')
  const sealed: string[] = []
  for (let round = 0; round < rounds; round++) {
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
    await setTimeout(50 + Math.random() * 100)
    disk.cutPower()
    writer.process.kill('SIGKILL')
    await writer.end()
    sealed.push(...writer.sealed)
    disk.restart()
    await expectIntact(dir, sealed, { sealed })
  }
  return sealed.length
}
