import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type OpenLog, openLogs } from '../../../src/journal/open-logs.ts'
import { linesOf, type StoredLine } from '../../../src/journal/read-lines.ts'
import { lineText, lineTexts, numbersIn, range, useFolders, writeFiles } from './support/test-lines.ts'

describe('logs opened for reading', () => {
  const newFolder = useFolders()
  const opened: OpenLog[] = []
  afterEach(() => {
    for (const log of opened.splice(0)) log.close()
  })
  const open = (path: string): OpenLog[] => {
    const logs = openLogs(path)
    opened.push(...logs)
    return logs
  }
  const linesIn = async (log: OpenLog | undefined): Promise<StoredLine[]> => {
    const lines: StoredLine[] = []
    for await (const joined of log?.read() ?? []) {
      // Blocks are good until the next is asked for.
      lines.push(...linesOf(joined).map(line => ({ ...line, bytes: line.bytes && Buffer.from(line.bytes) })))
    }
    return lines
  }
  const numbers = async (log: OpenLog | undefined): Promise<number[]> =>
    numbersIn((await linesIn(log)).map(line => line.bytes?.toString()).join('\n'))

  it('are what they were at that moment, whatever is written, rotated or deleted afterwards', async () => {
    const dir = newFolder()
    writeFiles(dir, {
      'audit.jsonl.2': lineTexts(0, 1),
      'audit.jsonl.1': lineTexts(2, 3),
      'audit.jsonl': lineTexts(4, 5),
    })
    const [log] = open(dir)
    appendFileSync(join(dir, 'audit.jsonl'), lineTexts(6, 7))
    rmSync(join(dir, 'audit.jsonl.2'))
    renameSync(join(dir, 'audit.jsonl.1'), join(dir, 'audit.jsonl.2'))
    renameSync(join(dir, 'audit.jsonl'), join(dir, 'audit.jsonl.1'))
    writeFiles(dir, { 'audit.jsonl': lineTexts(8, 9) })
    expect(await numbers(log)).to.deep.equal(range(0, 5))
    rmSync(dir, { recursive: true })
    expect(await numbers(log)).to.deep.equal(range(0, 5))
    expect(log?.bytes).to.equal(lineTexts(0, 5).length)
  })

  it('are one for the folder and one for each writer in it', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'writers/b'), { recursive: true })
    mkdirSync(join(dir, 'writers/empty'))
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 1), 'writers/b/audit.jsonl.1': lineTexts(2, 3) })
    const logs = open(dir)
    expect(await Promise.all(logs.map(numbers))).to.deep.equal([
      [0, 1],
      [2, 3],
    ])
    expect(open(join(dir, 'writers/empty'))).to.deep.equal([])
  })

  it('are one file where a file was named, even where its neighbours cannot be read', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'app.jsonl': lineTexts(0, 1) })
    mkdirSync(join(dir, 'app.jsonl.1'))
    const logs = open(join(dir, 'app.jsonl'))
    expect(await Promise.all(logs.map(numbers))).to.deep.equal([[0, 1]])
  })

  it('have a last line without line feed, but not one that is just being written', async () => {
    const dir = newFolder()
    const half = lineText(2).slice(0, 50)
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 1) + half })
    const [torn] = open(dir)
    expect((await linesIn(torn)).map(line => line.terminated)).to.deep.equal([true, true, false])
    const [growing] = open(dir)
    appendFileSync(join(dir, 'audit.jsonl'), `${lineText(2).slice(50)}\n`)
    expect(await numbers(growing)).to.deep.equal([0, 1])
    const [whole] = open(dir)
    expect(await numbers(whole)).to.deep.equal([0, 1, 2])
  })

  it('have the torn last line of a file that was left', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl.1': `${lineTexts(0, 0)}torn`, 'audit.jsonl': lineTexts(1, 1) })
    const lines = await linesIn(open(dir)[0])
    expect(lines.map(line => line.terminated)).to.deep.equal([true, false, true])
    expect(lines[1]).to.include({ path: join(dir, 'audit.jsonl.1'), start: lineText(0).length + 1 })
  })

  it('end early where a file is cut shorter meanwhile', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 9) })
    const [log] = open(dir)
    truncateSync(join(dir, 'audit.jsonl'), lineTexts(0, 3).length)
    expect(await numbers(log)).to.deep.equal(range(0, 3))
  })

  it('give only the files that are wanted', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl.1': lineTexts(0, 1), 'audit.jsonl': lineTexts(2, 3) })
    const [log] = open(dir)
    let text = ''
    for await (const joined of log?.read(async file => file.path.endsWith('.1')) ?? []) {
      for (const line of linesOf(joined)) text += `${line.bytes?.toString()}\n`
    }
    expect(numbersIn(text)).to.deep.equal([0, 1])
  })

  it('may be a pipe with a name, whoever opens it first', async () => {
    const pipe = join(newFolder(), 'pipe')
    expect(spawnSync('mkfifo', [pipe]).status).to.equal(0)
    const [log] = open(pipe)
    const reading = numbers(log)
    const writer = spawn('sh', ['-c', 'sleep 0.1; cat > "$0"', pipe], { stdio: ['pipe', 'ignore', 'inherit'] })
    writer.stdin.end(lineTexts(0, 5000))
    expect(await reading).to.deep.equal(range(0, 5000))
  })

  it('end when a pipe is closed whose writer writes nothing', async () => {
    const pipe = join(newFolder(), 'pipe')
    spawnSync('mkfifo', [pipe])
    const [log] = open(pipe)
    const reading = numbers(log)
    const writer = spawn('sh', ['-c', 'exec sleep 60 > "$0"', pipe])
    setTimeout(() => log?.close(), 100)
    expect(await reading).to.deep.equal([])
    writer.kill()
  })

  it('are refused where something cannot be read', () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'audit.jsonl'))
    expect(() => openLogs(dir))
      .to.throw(/audit\.jsonl is not a regular file/)
      .with.property('code', 'KANSA_UNREADABLE')
    const newer = newFolder()
    mkdirSync(join(newer, 'seal'))
    writeFileSync(join(newer, 'seal/format'), '{"format":99,"origin":"x"}\n')
    writeFiles(newer, { 'audit.jsonl': '' })
    expect(() => openLogs(newer))
      .to.throw()
      .with.property('code', 'KANSA_FORMAT_NEWER')
    expect(openLogs(join(dir, 'nowhere'))).to.deep.equal([])
  })
})
