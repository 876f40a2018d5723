import { join } from 'node:path'
import { expect } from 'chai'
import { searchBackwards } from '../../../src/journal/search-backwards.ts'
import type { StoredLine } from '../../../src/journal/read-lines.ts'
import { lineText, lineTexts, numbersIn, useFolders, writeFiles } from './support/test-lines.ts'

const ENOUGH = 1024 * 1024 * 1024

describe('a search from the end of a log', () => {
  const newFolder = useFolders()
  const newLog = (files: Readonly<Record<string, string>>): string => {
    const dir = newFolder()
    writeFiles(dir, files)
    return join(dir, 'audit.jsonl')
  }
  const seqOf = (line: StoredLine): number | undefined => numbersIn(line.bytes?.toString() ?? '')[0]
  const firstOf = (wanted: (seq: number) => boolean) => (line: StoredLine) => {
    const seq = seqOf(line)
    return seq !== undefined && wanted(seq) ? seq : undefined
  }

  it('finds the newest line that fits, over all files', async () => {
    const path = newLog({
      'audit.jsonl': lineTexts(20, 29),
      'audit.jsonl.1': lineTexts(10, 19),
      'audit.jsonl.3': lineTexts(0, 9),
    })
    for (const [limit, found] of [
      [100, 29],
      [25, 25],
      [20, 20],
      [19, 19],
      [3, 3],
    ] as const) {
      expect(
        await searchBackwards(
          path,
          ENOUGH,
          firstOf(seq => seq <= limit),
        ),
      ).to.deep.equal({ found, gaveUp: false })
    }
    expect(
      await searchBackwards(
        path,
        ENOUGH,
        firstOf(seq => seq > 29),
      ),
    ).to.deep.equal({ found: undefined, gaveUp: false })
  })

  it('looks at no line twice, and at none after it has found one', async () => {
    const path = newLog({ 'audit.jsonl': lineTexts(2000, 3999), 'audit.jsonl.1': lineTexts(0, 1999) })
    const seen: (number | undefined)[] = []
    await searchBackwards(path, ENOUGH, line => {
      seen.push(seqOf(line))
      return seqOf(line) === 1000 ? true : undefined
    })
    expect(seen).to.deep.equal(Array.from({ length: 3000 }, (_, index) => 3999 - index))
  })

  it('gives up at its limit and says so', async () => {
    const path = newLog({ 'audit.jsonl': lineTexts(5000, 9999), 'audit.jsonl.1': lineTexts(0, 4999) })
    const bytes = lineText(9999).length * 5000
    const never = (): undefined => undefined
    expect(await searchBackwards(path, bytes / 2, never)).to.deep.equal({ found: undefined, gaveUp: true })
    expect(
      (
        await searchBackwards(
          path,
          bytes / 2,
          firstOf(seq => seq < 9900),
        )
      ).found,
    ).to.equal(9899)
  })

  it('finds nothing where there is no log', async () => {
    expect(await searchBackwards(newLog({}), ENOUGH, () => true)).to.deep.equal({ found: undefined, gaveUp: false })
  })
})
