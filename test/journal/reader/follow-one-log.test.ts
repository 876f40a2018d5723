import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { LogFollower } from '../../../src/journal/follow-log.ts'
import { findLastLines } from '../../../src/journal/read-last-lines.ts'
import { closeFiles } from '../../../src/journal/read-log-files.ts'
import { lineText, lineTexts, numbersIn, range, useFolders } from './support/test-lines.ts'

describe('a log that is followed', () => {
  const newFolder = useFolders()
  const followers: LogFollower[] = []
  afterEach(() => {
    for (const follower of followers.splice(0)) follower.close()
  })

  class TestLog {
    readonly active: string
    readonly notices: string[] = []
    private follower: LogFollower

    constructor(dir: string = newFolder()) {
      this.active = join(dir, 'audit.jsonl')
      this.follower = this.follow(undefined)
    }

    path(suffix: number): string {
      return suffix === 0 ? this.active : `${this.active}.${suffix}`
    }

    append(text: string): void {
      appendFileSync(this.active, text)
    }

    rotate(keep = 1000): void {
      let last = 0
      while (existsSync(this.path(last + 1))) last += 1
      for (let suffix = last; suffix >= 0; suffix--) {
        if (suffix >= keep) rmSync(this.path(suffix))
        else if (existsSync(this.path(suffix))) renameSync(this.path(suffix), this.path(suffix + 1))
      }
      writeFileSync(this.active, '')
    }

    /** Begins behind the last line there is, as `tail -f` does. */
    async fromEnd(): Promise<void> {
      const whole = { before: 0, mayHold: async () => true, singleFile: false }
      const options = { count: 0, accepts: () => true, leaveUnfinished: true, ...whole }
      const tail = await findLastLines(this.active, options)
      const file = tail?.files.at(-1)
      if (tail === undefined || file === undefined) throw new Error('no log')
      closeFiles(tail.files.slice(0, -1))
      this.follower = this.follow({ file, offset: tail.end, known: tail.known })
    }

    /** Everything new, as text; an unfinished line is marked. */
    async news(): Promise<string> {
      let text = ''
      for (let lines = await this.follower.next(); lines !== undefined; lines = await this.follower.next()) {
        for (const line of lines) text += `${line.terminated ? '' : '(unfinished)'}${line.bytes?.toString()}\n`
      }
      return text
    }

    async numbers(): Promise<number[]> {
      return numbersIn(await this.news())
    }

    private follow(position: ConstructorParameters<typeof LogFollower>[1]): LogFollower {
      const follower = new LogFollower(this.active, position, notice => this.notices.push(notice))
      followers.push(follower)
      return follower
    }
  }

  it('gives every line once and in order, whatever happens between two looks', async () => {
    const step = fc.constantFrom('append', 'append half', 'rotate', 'look', 'begin rotation', 'end rotation')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const log = new TestLog()
        const seen: number[] = []
        let next = 0
        let half = ''
        const completeLine = (): void => {
          if (half !== '') log.append(`${lineText(next++).slice(half.length)}\n`)
          half = ''
        }
        for (const step of [...steps, 'look']) {
          const complete = existsSync(log.active) || !existsSync(log.path(1))
          if (step === 'look') seen.push(...(await log.numbers()))
          else if (step === 'end rotation' && !complete) writeFileSync(log.active, '')
          else if (!complete) continue
          else if (step === 'append half' && half === '') {
            half = lineText(next).slice(0, 20)
            log.append(half)
          } else {
            completeLine()
            if (step === 'append') log.append(`${lineText(next++)}\n`)
            else if (step === 'rotate' && existsSync(log.active)) log.rotate()
            else if (step === 'begin rotation' && existsSync(log.active)) {
              log.rotate()
              rmSync(log.active)
            }
          }
        }
        expect(seen).to.deep.equal(range(0, next - 1))
        expect(log.notices).to.deep.equal([])
      }),
      { numRuns: 100 },
    )
  })

  it('begins at its end when it is told to, whatever is older', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 4))
    log.rotate()
    log.append(`${lineTexts(5, 6)}${lineText(7).slice(0, 30)}`)
    await log.fromEnd()
    expect(await log.numbers()).to.deep.equal([])
    log.append(`${lineText(7).slice(30)}\n`)
    for (let number = 8; number < 20; number++) {
      log.rotate()
      log.append(lineTexts(number, number))
    }
    expect(await log.numbers()).to.deep.equal(range(7, 19))
  })

  it('is read to its end under its new name before the next file begins', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 1))
    expect(await log.numbers()).to.deep.equal([0, 1])
    renameSync(log.active, log.path(1))
    appendFileSync(log.path(1), lineTexts(2, 3))
    expect(await log.numbers()).to.deep.equal([2, 3])
    appendFileSync(log.path(1), lineTexts(4, 4))
    log.append(lineTexts(5, 5))
    expect(await log.numbers()).to.deep.equal([4, 5])
  })

  it('may not be there yet', async () => {
    const log = new TestLog(join(newFolder(), 'later'))
    expect(await log.numbers()).to.deep.equal([])
    mkdirSync(join(log.active, '..'))
    log.append(lineTexts(0, 2))
    log.rotate()
    log.append(lineTexts(3, 3))
    expect(await log.numbers()).to.deep.equal([0, 1, 2, 3])
  })

  it('has its torn line replaced by the lines that a restarted writer puts there', async () => {
    const log = new TestLog()
    log.append(`${lineText(0)}\ntorn away by a crash`)
    expect(await log.numbers()).to.deep.equal([0])
    truncateSync(log.active, lineText(0).length + 1)
    log.append(lineTexts(1, 5))
    expect(await log.numbers()).to.deep.equal([1, 2, 3, 4, 5])
    expect(log.notices).to.deep.equal([])
  })

  it('gives the torn end of a file that was left', async () => {
    const log = new TestLog()
    log.append(`${lineText(0)}\n{"torn`)
    log.rotate()
    log.append(lineTexts(1, 1))
    expect(await log.news()).to.equal(`${lineText(0)}\n(unfinished){"torn\n${lineText(1)}\n`)
  })

  it('goes on from the start of a file that was truncated under its writer, and says so', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 5))
    await log.numbers()
    writeFileSync(log.active, lineTexts(6, 7))
    expect(await log.numbers()).to.deep.equal([6, 7])
    expect(log.notices.join()).to.match(/cut shorter/)
  })

  it('goes on at the same line in a copy that took the place of its file', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 3))
    log.rotate()
    log.append(lineTexts(4, 5))
    await log.numbers()
    writeFileSync(`${log.active}.new`, readFileSync(log.active))
    rmSync(log.active)
    renameSync(`${log.active}.new`, log.active)
    log.append(lineTexts(6, 6))
    expect(await log.numbers()).to.deep.equal([6])
    expect(log.notices).to.deep.equal([])
  })

  it('waits until it sees whether an empty file in its place becomes a copy', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 1))
    await log.numbers()
    const content = readFileSync(log.active)
    rmSync(log.active)
    writeFileSync(log.active, '')
    expect(await log.numbers()).to.deep.equal([])
    writeFileSync(log.active, content)
    log.append(lineTexts(2, 2))
    expect(await log.numbers()).to.deep.equal([2])
    expect(log.notices).to.deep.equal([])
  })

  it('goes on in the new file after the old one was moved elsewhere', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 1))
    log.rotate()
    log.append(lineTexts(2, 2))
    await log.numbers()
    appendFileSync(log.active, lineTexts(3, 3))
    renameSync(log.active, `${log.active}-by-hand`)
    log.append(lineTexts(4, 4))
    expect(await log.numbers()).to.deep.equal([3, 4])
    expect(log.notices).to.deep.equal([])
  })

  it('says that lines may be missing when its file was deleted', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 1))
    log.rotate()
    log.append(lineTexts(2, 2))
    await log.numbers()
    rmSync(log.active)
    log.append(lineTexts(3, 3))
    expect(await log.numbers()).to.deep.equal([3])
    expect(log.notices.join()).to.match(/lines may be missing/)
  })

  it('goes on with the oldest file there is when it was rotated away altogether, and says so', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 0))
    await log.numbers()
    for (let number = 1; number <= 8; number++) {
      log.rotate(3)
      log.append(lineTexts(number, number))
    }
    expect(await log.numbers()).to.deep.equal([5, 6, 7, 8])
    expect(log.notices.join()).to.match(/rotated away .* lines may be missing/)
  })

  it('is met under two names by a walk and still read once', async () => {
    const log = new TestLog()
    log.append(lineTexts(0, 1))
    await log.numbers()
    log.rotate()
    log.append(lineTexts(2, 2))
    linkSync(log.active, log.path(2))
    expect(await log.numbers()).to.deep.equal([2])
  })

  it('may hold a line of many blocks that comes in pieces', async () => {
    const log = new TestLog()
    const text = lineText(0, { labels: { big: 'x'.repeat(2_000_000) } })
    for (let from = 0; from < text.length; from += 300_001) {
      log.append(text.slice(from, from + 300_001))
      expect(await log.news()).to.equal('')
    }
    log.append('\n')
    expect(await log.news()).to.equal(`${text}\n`)
  })
})
