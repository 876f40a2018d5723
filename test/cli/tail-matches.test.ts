import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { lineText, numbersIn, range, useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { environment, kansa, MAIN, Running } from './support/kansa.ts'

/** Lines of which those with these numbers are actor b's. */
const linesWith = (numbers: readonly number[], matches: readonly number[]): string =>
  numbers.map(number => `${lineText(number, matches.includes(number) ? { actor_id: 'b' } : {})}\n`).join('')

describe('the matches that kansa tail shows', () => {
  const newFolder = useFolders()
  const writers: ChildProcess[] = []
  afterEach(() => {
    for (const writer of writers.splice(0)) writer.kill('SIGKILL')
  })

  const tail = async (dir: string, ...args: string[]): Promise<number[]> => {
    const { code, stdout, stderr } = await kansa(['tail', '--dir', dir, '--actor', 'b', ...args])
    expect([code, stderr]).to.deep.equal([0, ''])
    return numbersIn(stdout)
  }
  /** As `grep -C` has it, for the last matches. */
  const naive = (matches: readonly number[], lines: number, context: number): number[] => {
    const last = lines === 0 ? [] : matches.slice(-lines)
    return range(0, 59).filter(number => last.some(match => Math.abs(match - number) <= context))
  }

  it('are the same from a folder and through a pipe, with what is around them', async () => {
    const matches = [3, 10, 11, 14, 30, 33, 50, 58]
    const dir = newFolder()
    const content = linesWith(range(0, 59), matches)
    const [half, rest] = [linesWith(range(0, 31), matches), linesWith(range(32, 59), matches)]
    writeFiles(dir, { 'audit.jsonl.1': half, 'audit.jsonl': rest })
    const piped = (...args: string[]): number[] =>
      numbersIn(
        spawnSync(process.execPath, [MAIN, 'tail', '--dir', '-', '--actor', 'b', ...args], {
          input: content,
          encoding: 'utf8',
          env: environment(),
        }).stdout,
      )
    for (const [lines, context] of [
      [1, 9],
      [3, 2],
      [5, 3],
      [100, 1],
    ] as const) {
      const args = ['-n', `${lines}`, '-C', `${context}`]
      expect(await tail(dir, ...args), args.join(' ')).to.deep.equal(naive(matches, lines, context))
      expect(piped(...args), args.join(' ')).to.deep.equal(naive(matches, lines, context))
    }
    const first = ['-n', '5', '-C', '1', '--max-matches', '2']
    const expected = [13, 14, 15, 29, 30, 31]
    expect([await tail(dir, ...first), piped(...first)]).to.deep.equal([expected, expected])
    expect([await tail(dir, '-n', '0', '-C', '2'), piped('-n', '0', '-C', '2')]).to.deep.equal([[], []])
  })

  it('are no more than asked for of several logs together', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'writers/w'), { recursive: true })
    const matches = [8, 9, 10, 57]
    writeFiles(dir, {
      'audit.jsonl': linesWith(range(0, 10), matches),
      'writers/w/audit.jsonl': linesWith(range(50, 57), matches),
    })
    expect(await tail(dir, '-n', '1')).to.deep.equal([57])
    expect(await tail(dir, '-n', '1', '-C', '2')).to.deep.equal([55, 56, 57])
    expect(await tail(dir, '-n', '2', '-C', '1')).to.deep.equal([9, 10, 50, 56, 57])
  })

  describe('through a pipe that stays open', () => {
    const openPipe = (content: string): string => {
      const dir = newFolder()
      const pipe = join(dir, 'pipe')
      writeFiles(dir, { content })
      expect(spawnSync('mkfifo', [pipe]).status).to.equal(0)
      const script = 'exec 3> "$0"; cat "$1" >&3; exec sleep 60'
      writers.push(spawn('bash', ['-c', script, pipe, join(dir, 'content')], { stdio: 'ignore' }))
      return pipe
    }

    it('come at once, and end with the wanted one', async () => {
      const pipe = openPipe(linesWith(range(0, 20), [3, 7]))
      expect(await tail(pipe, '-f', '--max-matches', '2')).to.deep.equal([3, 7])
    })

    it('end after the time that was given', async () => {
      const pipe = openPipe(linesWith(range(0, 20), [3, 7]))
      expect(await tail(pipe, '-f', '--timeout', '500.5ms')).to.deep.equal([3, 7])
    })

    it('end after that time also where nobody writes', async () => {
      const pipe = join(newFolder(), 'pipe')
      spawnSync('mkfifo', [pipe])
      expect(await tail(pipe, '-f', '--timeout', '200ms')).to.deep.equal([])
    })

    it('need not be waited for to know that there is one', async () => {
      const pipe = openPipe(linesWith(range(0, 20), [3]))
      const query = new Running(['query', '--exists', '--actor', 'b', '--dir', pipe])
      expect(await query.ended()).to.deep.equal({ code: 0, stdout: '', stderr: '' })
    })
  })

  it('come with what follows them, also behind the last that is wanted', async () => {
    const dir = newFolder()
    const matches = [2, 4, 5]
    writeFiles(dir, { 'audit.jsonl': linesWith(range(0, 9), matches) })
    expect(await tail(dir, '-n', '9', '-C', '1', '--max-matches', '1')).to.deep.equal([1, 2, 3])
    expect(await tail(dir, '-n', '9', '-C', '2', '--max-matches', '2')).to.deep.equal(range(0, 6))
    expect(readFileSync(join(dir, 'audit.jsonl'), 'utf8')).to.equal(linesWith(range(0, 9), matches))
  })
})
