import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { listBackups } from '../../src/journal/layout.ts'
import { range, useFolders } from '../journal/reader/support/test-lines.ts'
import { eventually, kansa } from './support/kansa.ts'

const WRITER = fileURLToPath(new URL('programs/rotating-writer.ts', import.meta.url))
/** With 25 lines per file and 7 lines every 40 ms, a rotation about every 150 ms. */
const LINES_PER_FILE = 25
const PAUSE_MILLIS = 40

describe('kansa query beside a live writer', () => {
  const newFolder = useFolders()
  const writers: ChildProcess[] = []
  afterEach(() => {
    for (const writer of writers.splice(0)) writer.kill('SIGKILL')
  })

  const write = (dir: string, first: number, last: number): ChildProcess => {
    const args = [WRITER, dir, first, last, LINES_PER_FILE, PAUSE_MILLIS].map(String)
    const writer = spawn(process.execPath, args, { stdio: 'inherit' })
    writers.push(writer)
    return writer
  }
  const fileCount = (dir: string): number => {
    try {
      return readdirSync(dir).filter(name => name.startsWith('audit.jsonl')).length
    } catch {
      return 0
    }
  }
  const query = async (dir: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await kansa(['query', '--dir', dir, ...args])
    expect([code, stderr]).to.deep.equal([0, ''])
    return stdout
  }
  const numbersOf = (listing: string): number[] =>
    listing
      .split('\n')
      .slice(0, -1)
      .map(line => Number(JSON.parse(line).id.slice(3)))

  it('sees each line once and in order, whenever it looks, while files are rotated', async () => {
    const dir = join(newFolder(), 'audit')
    const writer = write(dir, 0, 1999)
    const ended = once(writer, 'exit')
    await eventually(
      () => fileCount(dir) > 3,
      () => 'rotations',
    )
    const seen: number[] = []
    while (writer.exitCode === null && seen.length < 6) {
      const before = fileCount(dir)
      const numbers = numbersOf(await query(dir, '--fields', 'id'))
      expect(numbers).to.deep.equal(range(0, numbers.length - 1))
      expect(numbers.length).to.be.at.least(seen.at(-1) ?? 0)
      expect(numbers.length).to.be.at.least((before - 1) * LINES_PER_FILE - LINES_PER_FILE)
      seen.push(numbers.length)
    }
    expect(new Set(seen).size, 'it looked at different moments').to.be.greaterThan(2)
    writer.kill('SIGTERM')
    await ended
    // Counted by something that knows nothing of the reader.
    const files = readdirSync(dir).filter(name => /^audit\.jsonl(\.\d+)?$/.test(name))
    const lines = files.reduce((sum, name) => sum + readFileSync(join(dir, name), 'utf8').split('\n').length - 1, 0)
    expect(JSON.parse(await query(dir, '--count'))).to.deep.equal({ count: lines })
  })

  it('counts the logs of several writers together, before and after they have ended', async () => {
    const dir = join(newFolder(), 'audit')
    const first = write(dir, 0, 299)
    await eventually(
      () => fileCount(dir) > 0,
      () => 'the first log',
    )
    const second = write(dir, 1000, 1299)
    const ended = Promise.all([once(first, 'exit'), once(second, 'exit')])
    await eventually(
      () => readdirSync(dir).includes('writers'),
      () => 'a second log',
    )
    const during = numbersOf(await query(dir, '--fields', 'id'))
    const [ours, theirs] = [during.filter(number => number < 1000), during.filter(number => number >= 1000)]
    expect(ours).to.deep.equal(range(0, ours.length - 1))
    expect(theirs).to.deep.equal(range(1000, 999 + theirs.length))
    await ended
    expect(JSON.parse(await query(dir, '--count'))).to.deep.equal({ count: 600 })
    const times = (await query(dir, '--fields', 'timestamp')).trimEnd().split('\n')
    expect(times).to.deep.equal(times.toSorted())
  })

  it('answers about the moment it began, whatever is deleted while it reads', async () => {
    const dir = join(newFolder(), 'audit')
    const writer = write(dir, 0, 399)
    await once(writer, 'exit')
    const reading = query(dir, '--fields', 'id')
    await setTimeout(120)
    // As retention does it, the oldest first: another order leaves a hole, however one reads.
    for (const { name } of listBackups(dir).toReversed()) rmSync(join(dir, name))
    const numbers = numbersOf(await reading)
    // Whichever came first, what it saw is whole at one end: nothing in the middle is missing.
    expect(numbers).to.deep.equal(range(numbers[0] ?? 0, 399))
  })
})
