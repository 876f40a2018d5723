/** The ids in the files of a file exporter, read on from where the last look ended. */
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'

const ID = /"log\.record\.uid","value":\{"stringValue":"([^"]+)"/g
const LINE_FEED = 10

export class ArrivingIds {
  /** How often each came. */
  readonly counts = new Map<string, number>()
  private readonly folder: string
  /** By inode: files are renamed when they are rotated. */
  private readonly offsets = new Map<number, number>()

  /** `folder` holds nothing but these files, whose names end in `.jsonl`, and folders. */
  constructor(folder: string) {
    this.folder = folder
  }

  get duplicates(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count - 1, 0)
  }

  /** How many different ones there are by now. */
  look(): number {
    const names = existsSync(this.folder) ? readdirSync(this.folder) : []
    for (const name of names.filter(name => name.endsWith('.jsonl'))) this.readOn(join(this.folder, name))
    return this.counts.size
  }

  private readOn(path: string): void {
    const file = openSync(path, 'r')
    try {
      const { ino, size } = fstatSync(file)
      const offset = this.offsets.get(ino) ?? 0
      const bytes = Buffer.alloc(size - offset)
      readSync(file, bytes, 0, bytes.length, offset)
      const whole = bytes.lastIndexOf(LINE_FEED) + 1
      this.offsets.set(ino, offset + whole)
      for (const [, id = ''] of bytes.toString('utf8', 0, whole).matchAll(ID)) {
        this.counts.set(id, (this.counts.get(id) ?? 0) + 1)
      }
    } finally {
      closeSync(file)
    }
  }
}
