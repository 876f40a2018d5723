import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import fc from 'fast-check'
import { closeFiles, openNewestFirst, type OpenLogFile } from '../../../src/journal/read-log-files.ts'
import { useFolders, writeFiles } from './support/test-lines.ts'

const RENAMER = fileURLToPath(new URL('programs/renamer.ts', import.meta.url))

describe('the files of a log, opened newest first', () => {
  const newFolder = useFolders()

  /** A log whose files hold their own age-less names: `0` the oldest. */
  class RotatingLog {
    readonly active = join(newFolder(), 'audit.jsonl')
    next = 0

    begin(): void {
      writeFileSync(this.active, `${this.next++}`)
    }

    /** The renames of a rotation, oldest first, one per step; the last step begins the new file. */
    *rotation(): Generator<void> {
      let last = 1
      while (existsSync(`${this.active}.${last}`)) last += 1
      for (let suffix = last; suffix > 1; suffix--) {
        renameSync(`${this.active}.${suffix - 1}`, `${this.active}.${suffix}`)
        yield
      }
      renameSync(this.active, `${this.active}.1`)
      yield
      this.begin()
    }
  }

  it('are those that were there at the first one, in order, however fast they are renamed meanwhile', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 8 }),
        fc.nat({ max: 30 }),
        fc.array(fc.nat({ max: 30 }), { maxLength: 12 }),
        (backups, firstRenames, renamesBetween) => {
          const log = new RotatingLog()
          log.begin()
          for (let i = 0; i < backups; i++) for (const _ of log.rotation());
          let rotation = log.rotation()
          const rename = (times: number): void => {
            for (let i = 0; i < times; i++) if (rotation.next().done === true) rotation = log.rotation()
          }
          rename(firstRenames)
          const [...delays] = renamesBetween
          const names = numbersOf(log.active, () => rename(delays.shift() ?? 0))
          const newest = names[0] ?? -1
          expect(names).to.deep.equal(Array.from({ length: newest + 1 }, (_, index) => newest - index))
          expect(newest).to.be.greaterThan(backups - 1)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('are so while another process renames them all the time', async () => {
    const dir = newFolder()
    const renamer = fork(RENAMER, [join(dir, 'audit.jsonl'), '20'])
    try {
      await once(renamer, 'message')
      let rotations = 0
      while (rotations < 2000) {
        const names = numbersOf(join(dir, 'audit.jsonl'))
        const newest = names[0] ?? -1
        expect(names).to.deep.equal(names.map((_, index) => newest - index))
        rotations = newest
      }
    } finally {
      const gone = once(renamer, 'exit')
      renamer.kill('SIGKILL')
      await gone
    }
  })

  it('may have gaps in their suffixes', () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': 'a', 'audit.jsonl.2': 'b', 'audit.jsonl.40': 'c', 'audit.jsonl.corrupt-1': 'x' })
    expect(namesOf(join(dir, 'audit.jsonl'))).to.deep.equal(['audit.jsonl', 'audit.jsonl.2', 'audit.jsonl.40'])
  })

  it('end where the rest was deleted meanwhile', () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': 'a', 'audit.jsonl.1': 'b', 'audit.jsonl.2': 'c' })
    const remove = (): void => {
      for (const suffix of [1, 2]) rmSync(join(dir, `audit.jsonl.${suffix}`), { force: true })
    }
    let steps = 0
    const names = namesOf(join(dir, 'audit.jsonl'), () => {
      if (++steps === 2) remove()
    })
    expect(names).to.deep.equal(['audit.jsonl', 'audit.jsonl.1'])
  })

  it('are none where there is no folder', () => {
    expect(namesOf(join(newFolder(), 'nowhere', 'audit.jsonl'))).to.deep.equal([])
  })

  function open(activePath: string, afterEach: () => void): OpenLogFile[] {
    return openNewestFirst(activePath, () => {
      afterEach()
      return false
    })
  }

  function numbersOf(activePath: string, afterEach = (): void => {}): number[] {
    const files = open(activePath, afterEach)
    const numbers = files.map(file => Number(readFileSync(file.fd, 'utf8')))
    closeFiles(files)
    return numbers
  }

  function namesOf(activePath: string, afterEach = (): void => {}): string[] {
    const files = open(activePath, afterEach)
    closeFiles(files)
    return files.map(file => basename(file.path))
  }
})
