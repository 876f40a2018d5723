import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { lineTexts, numbersIn, range, useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { eventually, Running } from './support/kansa.ts'

const WRITER = fileURLToPath(new URL('programs/rotating-writer.ts', import.meta.url))

describe('kansa tail -f', () => {
  const newFolder = useFolders()
  const running: Running[] = []
  afterEach(async () => {
    for (const command of running.splice(0)) await command.stop()
  })

  const follow = (...args: string[]): Running => {
    const command = new Running(['tail', '-f', ...args])
    running.push(command)
    return command
  }
  const shows = async (command: Running, lines: number): Promise<void> =>
    await eventually(
      () => command.stdout.split('\n').length > lines,
      () => `${lines} lines, only ${command.stdout.split('\n').length - 1}; stderr: ${command.stderr}`,
    )
  const write = async (dir: string, first: number, last: number, linesPerFile: number): Promise<void> => {
    const writer = spawn(process.execPath, [WRITER, dir, `${first}`, `${last}`, `${linesPerFile}`, '1'], {
      stdio: 'inherit',
    })
    const [code]: (number | null)[] = await once(writer, 'exit')
    expect(code).to.equal(0)
  }
  const idsIn = (text: string): number[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map(line => Number(JSON.parse(line).id.slice(3)))

  it('sees every line of a live writer once and in order, through hundreds of rotations', async () => {
    const dir = join(newFolder(), 'audit')
    await write(dir, 0, 99, 10)
    const command = follow('-n', '30', '--dir', dir)
    await shows(command, 30)
    await write(dir, 100, 4099, 10)
    await shows(command, 4030)
    expect(readdirSync(dir).length).to.be.greaterThan(300)
    const { stdout, stderr } = await command.stop()
    expect(idsIn(stdout)).to.deep.equal(range(70, 4099))
    expect(stderr).to.equal('')
  })

  it('begins in the middle of a live log without a gap or a repeat', async () => {
    const dir = join(newFolder(), 'audit')
    const writing = write(dir, 0, 2999, 10)
    await eventually(
      () => readdirSync(join(dir, '..')).includes('audit') && readdirSync(dir).length > 20,
      () => 'writing',
    )
    const commands = Array.from({ length: 3 }, () => follow('-n', '50', '--dir', dir))
    await writing
    for (const command of commands) {
      await eventually(
        () => command.stdout.includes('"id-2999"'),
        () => `the last line; stderr: ${command.stderr}`,
      )
      const { stdout, stderr } = await command.stop()
      const ids = idsIn(stdout)
      expect(ids.length).to.be.greaterThan(49)
      expect(ids).to.deep.equal(range(ids[0] ?? 0, 2999))
      expect(stderr).to.equal('')
    }
  })

  it('waits for a folder that is not there yet, and sees new writers in it', async () => {
    const dir = join(newFolder(), 'audit')
    const command = follow('--dir', dir)
    await eventually(
      () => command.stderr.includes('waiting'),
      () => 'waiting',
    )
    mkdirSync(join(dir, 'writers/one'), { recursive: true })
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 2) })
    await shows(command, 3)
    writeFiles(dir, { 'writers/one/audit.jsonl': lineTexts(3, 5) })
    await shows(command, 6)
    mkdirSync(join(dir, 'writers/two'))
    writeFiles(dir, { 'writers/two/audit.jsonl': lineTexts(6, 6) })
    await shows(command, 7)
    appendFileSync(join(dir, 'writers/one/audit.jsonl'), lineTexts(7, 7))
    await shows(command, 8)
    expect(numbersIn((await command.stop()).stdout)).to.deep.equal(range(0, 7))
  })

  it('follows one file of lines through its rotations', async () => {
    const path = join(newFolder(), 'app.jsonl')
    appendFileSync(path, lineTexts(0, 4))
    const command = follow('-n', '2', '--dir', path)
    await shows(command, 2)
    renameSync(path, `${path}.1`)
    appendFileSync(path, lineTexts(5, 6))
    await shows(command, 4)
    expect(numbersIn((await command.stop()).stdout)).to.deep.equal([3, 4, 5, 6])
  })

  it('goes on after the whole folder was deleted and made anew', async () => {
    const dir = join(newFolder(), 'audit')
    mkdirSync(dir)
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 1) })
    const command = follow('--dir', dir)
    await shows(command, 2)
    rmSync(dir, { recursive: true })
    mkdirSync(dir)
    writeFiles(dir, { 'audit.jsonl': lineTexts(2, 3) })
    await shows(command, 4)
    const { stdout, stderr } = await command.stop()
    expect(numbersIn(stdout)).to.deep.equal(range(0, 3))
    expect(stderr).to.match(/lines may be missing/)
  })

  it('names damaged lines once per file and goes on', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 0) })
    const command = follow('-n', '0', '--dir', dir)
    await eventually(
      () => {
        appendFileSync(join(dir, 'audit.jsonl'), 'rubbish\n')
        return command.stderr !== ''
      },
      () => 'a message',
    )
    appendFileSync(join(dir, 'audit.jsonl'), `rubbish\n${lineTexts(1, 1)}`)
    await shows(command, 1)
    const { stdout, stderr } = await command.stop()
    expect(numbersIn(stdout)).to.deep.equal([1])
    expect(stderr.match(/audit\.jsonl: passed over/g)).to.have.length(1)
  })
})
