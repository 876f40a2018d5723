import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { filled, lineText, lineTexts, numbersIn, range, useFolders } from '../journal/reader/support/test-lines.ts'
import { environment, eventually, type Finished, kansa, MAIN, Running } from './support/kansa.ts'
import { HAS_SCRIPT, onTerminal } from './support/terminal.ts'

/** Every tenth of the lines is actor b's. */
const mixed = (first: number, last: number): string =>
  range(first, last)
    .map(number => `${lineText(number, number % 10 === 0 ? { actor_id: 'b' } : {})}\n`)
    .join('')

describe('kansa tail with filters', () => {
  const newFolder = useFolders()
  const newJournal = filled(newFolder)
  const tail = async (dir: string, ...args: string[]): Promise<Finished> => await kansa(['tail', '--dir', dir, ...args])
  const threeFiles = (): string =>
    newJournal({ 'audit.jsonl.2': mixed(0, 99), 'audit.jsonl.1': mixed(100, 199), 'audit.jsonl': mixed(200, 255) })

  it('gives the last events that match, however far back they are', async () => {
    const dir = threeFiles()
    expect(numbersIn((await tail(dir, '--actor', 'b', '-n', '4')).stdout)).to.deep.equal([220, 230, 240, 250])
    expect(numbersIn((await tail(dir, '--actor', 'b', '-n', '15')).stdout)).to.deep.equal(
      range(11, 25).map(n => n * 10),
    )
    expect(numbersIn((await tail(dir, '--where', 'seq=7')).stdout)).to.deep.equal([7])
  })

  it('gives everything since a time, and the last of it with -n', async () => {
    const dir = threeFiles()
    const since = '2026-11-22T10:00:00.150Z'
    expect(numbersIn((await tail(dir, '--since', since)).stdout)).to.deep.equal(range(150, 255))
    expect(numbersIn((await tail(dir, '--since', since, '-n', '2')).stdout)).to.deep.equal([254, 255])
    expect(numbersIn((await tail(dir, '--since', since, '--until', '2026-11-22T10:00:00.153Z')).stdout)).to.deep.equal([
      150, 151, 152,
    ])
  })

  it('gives matches with what is around them, over the seams of files', async () => {
    const dir = threeFiles()
    const { stdout } = await tail(dir, '--actor', 'b', '-n', '2', '-C', '2')
    expect(numbersIn(stdout)).to.deep.equal([238, 239, 240, 241, 242, 248, 249, 250, 251, 252])
    const seam = await tail(dir, '--where', 'seq=200', '--context', '3')
    expect(numbersIn(seam.stdout)).to.deep.equal(range(197, 203))
    const overlap = await tail(dir, '--actor', 'b', '-n', '2', '-C', '6')
    expect(numbersIn(overlap.stdout)).to.deep.equal(range(234, 255))
  })

  it('marks the gaps between matches for people', function () {
    if (!HAS_SCRIPT) {
      console.log('skipped: there is no `script` to make a terminal')
      this.skip()
    }
    const args = ['tail', '--utc', '--dir', threeFiles(), '--actor', 'b', '-n', '2', '-C', '1']
    const shown = onTerminal(args, { COLUMNS: '80', NO_COLOR: '1' })
    expect(shown.split('\n').map(line => line.slice(0, 2))).to.deep.equal([
      '──',
      '10',
      '10',
      '10',
      '--',
      '10',
      '10',
      '10',
      '',
    ])
  })

  it('shows whole lines with --wide, over the edge of the terminal', function () {
    if (!HAS_SCRIPT) {
      console.log('skipped: there is no `script` to make a terminal')
      this.skip()
    }
    const dir = newJournal({ 'audit.jsonl': lineTexts(0, 0).replace('total 48', `total ${'x'.repeat(300)} end`) })
    const shown = (...more: string[]): string =>
      onTerminal(['tail', '--dir', dir, ...more], { COLUMNS: '60', NO_COLOR: '1' })
    expect(shown()).to.not.include('end')
    expect(shown('--wide')).to.include(`${'x'.repeat(300)} end\n`)
  })

  it('ends after so many matches', async () => {
    const dir = threeFiles()
    expect(numbersIn((await tail(dir, '-n', '50', '--max-matches', '3')).stdout)).to.deep.equal([206, 207, 208])
    const { code, stdout } = await tail(dir, '-f', '-n', '50', '--actor', 'b', '--max-matches', '2')
    expect([code, numbersIn(stdout)]).to.deep.equal([0, [0, 10]])
  })

  it('ends after a time, whether anything came or not', async () => {
    const dir = newJournal({ 'audit.jsonl': lineTexts(0, 2) })
    const { code, stdout, stderr } = await tail(dir, '-f', '-n', '1', '--timeout', '300ms')
    expect([code, stdout, stderr]).to.deep.equal([0, lineTexts(2, 2), ''])
    const waiting = await tail(join(newFolder(), 'later'), '-f', '--timeout', '300ms')
    expect([waiting.code, waiting.stdout]).to.deep.equal([0, ''])
  })

  it('follows matches only, and ends with the wanted one', async () => {
    const dir = newJournal({ 'audit.jsonl': mixed(0, 5) })
    const command = new Running(['tail', '-f', '-n', '0', '--actor', 'b', '--max-matches', '2', '--dir', dir])
    let next = 6
    await eventually(
      () => {
        appendFileSync(join(dir, 'audit.jsonl'), mixed(next, next))
        next += 1
        return command.child.exitCode !== null
      },
      () => `the end; ${command.stdout} ${command.stderr}`,
    )
    const numbers = numbersIn(command.stdout)
    expect(numbers).to.have.lengthOf(2)
    expect(numbers.map(number => number % 10)).to.deep.equal([0, 0])
    expect(command.child.exitCode).to.equal(0)
  })

  it('may run twice at once on one folder', async () => {
    const dir = newJournal({ 'audit.jsonl': lineTexts(0, 0) })
    const running = [1, 2].map(() =>
      new Running(['tail', '-f', '-n', '20', '--dir', dir, '--max-matches', '20']).ended(),
    )
    for (let number = 1; number < 20; number++) {
      appendFileSync(join(dir, 'audit.jsonl'), lineTexts(number, number))
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    for (const { code, stdout } of await Promise.all(running)) {
      expect([code, numbersIn(stdout)]).to.deep.equal([0, range(0, 19)])
    }
  })

  it('reads standard input', () => {
    const run = (...args: string[]): string =>
      spawnSync(process.execPath, [MAIN, 'tail', '--dir', '-', ...args], {
        input: mixed(0, 99),
        encoding: 'utf8',
        env: environment(),
      }).stdout
    expect(numbersIn(run())).to.deep.equal(range(90, 99))
    expect(numbersIn(run('-n', '2', '--actor', 'b'))).to.deep.equal([80, 90])
    expect(numbersIn(run('-n', '1', '--actor', 'b', '-C', '1'))).to.deep.equal([89, 90, 91])
    expect(numbersIn(run('-f'))).to.deep.equal(range(0, 99))
    expect(numbersIn(run('--since', '2026-11-22'))).to.deep.equal(range(0, 99))
  })

  it('reads a pipe with a name', async () => {
    const dir = newFolder()
    const pipe = join(dir, 'pipe')
    expect(spawnSync('mkfifo', [pipe]).status).to.equal(0)
    const writer = spawn('sh', ['-c', `printf '%s' "$LINES_TO_WRITE" > '${pipe}'`], {
      env: { ...environment(), LINES_TO_WRITE: lineTexts(0, 14) },
    })
    const { code, stdout } = await tail(pipe, '-n', '3')
    writer.kill()
    expect([code, numbersIn(stdout)]).to.deep.equal([0, [12, 13, 14]])
  })

  it('refuses what makes no sense, before it reads anything', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'empty'))
    const cases = [
      { args: ['--since', '2026-02-30'], message: /--since: "2026-02-30" is no date that exists\. Write 15m/ },
      { args: ['--since', 'tomorrow-ish'], message: /is no time/ },
      { args: ['--since', 'today', '--until', 'yesterday'], message: /not before .*nothing can match/ },
      { args: ['--type', 'tol'], message: /"tol" is no kind of event; there are AgentExecution/ },
      { args: ['--where', 'tool_nam=x'], message: /no field "tool_nam"; did you mean tool_name/ },
      { args: ['--where', 'total_tokens=many'], message: /total_tokens is a number, and "many" is none/ },
      { args: ['--type', 'tool', '--where', 'model=x'], message: /can match nothing here: only ApiCall has model/ },
      { args: ['--severity', 'awful'], message: /"awful" is none of info, warn, error, critical/ },
      { args: ['--timeout', 'soon'], message: /duration such as/ },
      { args: ['--max-matches', '0'], message: /1 or more/ },
    ]
    const results = await Promise.all(cases.map(({ args }) => tail(join(dir, 'empty'), ...args)))
    for (const [index, { code, stdout, stderr }] of results.entries()) {
      expect(stderr).to.match(cases[index]?.message ?? /^$/)
      expect([code, stdout]).to.deep.equal([2, ''])
    }
  })
})
