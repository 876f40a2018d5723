import { closeSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { findLastLines, type LastLinesOptions, readTail } from '../../../src/journal/read-last-lines.ts'
import type { StoredLine } from '../../../src/journal/read-lines.ts'
import { closeFiles, READ_BLOCK_BYTES } from '../../../src/journal/read-log-files.ts'
import { lineTexts, numbersIn, range, useFolders, writeFiles } from './support/test-lines.ts'

const NO_LIMITS = { before: 0, mayHold: async () => true, singleFile: false, leaveUnfinished: false }

describe('the last lines of a log', () => {
  const newFolder = useFolders()

  const read = async (dir: string, options: Partial<LastLinesOptions>): Promise<StoredLine[]> => {
    const all = { count: 10, accepts: () => true, ...NO_LIMITS, ...options }
    const tail = await findLastLines(join(dir, 'audit.jsonl'), all)
    if (tail === undefined) return []
    const lines: StoredLine[] = []
    for await (const list of readTail(tail)) lines.push(...list)
    closeFiles(tail.files)
    if (options.accepts === undefined) expect(tail.count).to.equal(lines.length)
    return lines
  }
  const texts = (lines: readonly StoredLine[]): (string | undefined)[] => lines.map(line => line.bytes?.toString())

  it('are the last of all files, whatever their sizes', async () => {
    const line = fc.oneof(
      { weight: 8, arbitrary: fc.string({ maxLength: 30 }).map(text => text.replaceAll('\n', '')) },
      { weight: 1, arbitrary: fc.nat({ max: 3 }).map(blocks => 'x'.repeat(blocks * READ_BLOCK_BYTES)) },
      { weight: 1, arbitrary: fc.nat({ max: 9 }).map(more => 'y'.repeat(READ_BLOCK_BYTES - 5 + more)) },
    )
    const file = fc.array(line, { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 4 }), fc.nat({ max: 25 }), async (files, count) => {
        const dir = newFolder()
        for (const [age, lines] of files.entries()) {
          const name = age === 0 ? 'audit.jsonl' : `audit.jsonl.${age}`
          writeFiles(dir, { [name]: lines.map(text => `${text}\n`).join('') })
        }
        const all = files.toReversed().flat()
        expect(texts(await read(dir, { count }))).to.deep.equal(count === 0 ? [] : all.slice(-count))
      }),
      { numRuns: 60 },
    )
  })

  it('count only what is accepted, and come with what lies between', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': 'good\nbad\ngood\nbad\ngood\nbad\n' })
    const accepts = (line: StoredLine): boolean => line.bytes?.toString() === 'good'
    expect(texts(await read(dir, { count: 2, accepts }))).to.deep.equal(['good', 'bad', 'good', 'bad'])
  })

  it('are found over a gap in the suffixes and without an active file', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl.9': lineTexts(0, 4), 'audit.jsonl.4': lineTexts(5, 9) })
    expect(numbersIn(texts(await read(dir, { count: 8 })).join('\n'))).to.deep.equal(range(2, 9))
  })

  it('come from the active file alone where one file was asked for', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl.1': 'old\n', 'audit.jsonl': 'new\n' })
    expect(texts(await read(dir, { singleFile: true }))).to.deep.equal(['new'])
  })

  it('end with the unfinished line, or before it', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': 'whole\nhalf' })
    expect((await read(dir, {})).map(line => line.terminated)).to.deep.equal([true, false])
    expect(texts(await read(dir, { leaveUnfinished: true }))).to.deep.equal(['whole'])
  })

  it('stay what they were while the files are rotated', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl.1': lineTexts(0, 4), 'audit.jsonl': lineTexts(5, 9) })
    const options = { count: 8, accepts: () => true, ...NO_LIMITS }
    const tail = await findLastLines(join(dir, 'audit.jsonl'), options)
    renameSync(join(dir, 'audit.jsonl.1'), join(dir, 'audit.jsonl.2'))
    renameSync(join(dir, 'audit.jsonl'), join(dir, 'audit.jsonl.1'))
    writeFiles(dir, { 'audit.jsonl': lineTexts(10, 12) })
    let text = ''
    for await (const lines of tail === undefined ? [] : readTail(tail)) text += `${texts(lines).join('\n')}\n`
    closeFiles(tail?.files ?? [])
    expect(numbersIn(text)).to.deep.equal(range(2, 9))
  })

  it('of a file with a line of 300 MB are found without holding it in memory', async () => {
    const dir = newFolder()
    const file = openSync(join(dir, 'audit.jsonl'), 'w')
    writeSync(file, 'first\n')
    ftruncateSync(file, 300 * 1024 * 1024)
    writeSync(file, '\nlast\n', 300 * 1024 * 1024)
    closeSync(file)
    const before = process.memoryUsage.rss()
    const lines = await read(dir, { count: 3 })
    expect(texts(lines)).to.deep.equal(['first', undefined, 'last'])
    expect(lines[1]?.length).to.equal(300 * 1024 * 1024 - 6)
    expect(process.memoryUsage.rss() - before).to.be.lessThan(200 * 1024 * 1024)
  })

  it('are refused where a newer Kansa wrote the log', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'seal'))
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 1), 'seal/format': '{"format":99,"origin":"x"}\n' })
    const error = await read(dir, {}).catch((error: unknown) => error)
    expect(error).to.include({ code: 'KANSA_FORMAT_NEWER' })
  })

  it('are refused where something else than a file has the name', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'audit.jsonl'))
    const error = await read(dir, {}).catch((error: unknown) => error)
    expect(error).to.include({ code: 'KANSA_UNREADABLE' })
  })
})
