import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { mayHaveEventsIn } from '../../../src/journal/file-times.ts'
import { closeFiles, openNewestFirst } from '../../../src/journal/read-log-files.ts'
import { lineText, useFolders, writeFiles } from './support/test-lines.ts'

const START = Date.parse('2026-11-22T00:00:00Z')
const HOUR = 3_600_000
const [NEVER, EVER] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]

describe('a file that is passed over for its times', () => {
  const newFolder = useFolders()
  const mayHave = async (content: string | Uint8Array, since: number, until: number): Promise<boolean> => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': content })
    const files = openNewestFirst(join(dir, 'audit.jsonl'))
    try {
      const [file] = files
      return file !== undefined && (await mayHaveEventsIn(file, since, until))
    } finally {
      closeFiles(files)
    }
  }
  const at = (millis: number): string => `${lineText(1, { timestamp: new Date(millis).toISOString() })}\n`

  it('never has an event that is wanted, also where events are up to an hour out of order', async () => {
    const minutes = fc.integer({ min: 0, max: 600 })
    const jitter = fc.integer({ min: -30, max: 30 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(minutes, jitter), { minLength: 1, maxLength: 12 }),
        minutes,
        minutes,
        async (events, since, length) => {
          const times = events.toSorted(([a], [b]) => a - b).map(([minute, off]) => START + (minute + off) * 60_000)
          const [from, to] = [START + since * 60_000, START + (since + length) * 60_000 + 1]
          const isWanted = times.some(time => time >= from && time < to)
          const isRead = await mayHave(times.map(at).join(''), from, to)
          if (isWanted) expect(isRead).to.equal(true)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('is one that ended long before, or began long after', async () => {
    const file = at(START) + at(START + HOUR)
    expect(await mayHave(file, START + 2 * HOUR + 1, EVER)).to.equal(false)
    expect(await mayHave(file, START + 2 * HOUR, EVER)).to.equal(true)
    expect(await mayHave(file, NEVER, START - HOUR)).to.equal(false)
    expect(await mayHave(file, NEVER, START - HOUR + 1)).to.equal(true)
    expect(await mayHave(file, NEVER, EVER)).to.equal(true)
  })

  it('may run backwards: the clock was set', async () => {
    const file = at(START + 9 * HOUR) + at(START)
    expect(await mayHave(file, START + 9 * HOUR, EVER)).to.equal(true)
    expect(await mayHave(file, NEVER, START + 1)).to.equal(true)
  })

  const unknown = [
    { name: 'empty', content: '' },
    { name: 'garbage', content: 'garbage\n'.repeat(10) },
    { name: 'NULs', content: Buffer.alloc(3_000_000) },
    { name: 'events without a time', content: `${lineText(1, { timestamp: null })}\n` },
    { name: 'one event behind a megabyte of garbage', content: `${'x'.repeat(1_200_000)}\n${at(START)}` },
    { name: 'one event before a megabyte of garbage', content: `${at(START)}${'x'.repeat(1_200_000)}\n` },
  ]
  for (const { name, content } of unknown) {
    it(`is none that tells no times: ${name}`, async () => {
      expect(await mayHave(content, START + 99 * HOUR, EVER)).to.equal(true)
    })
  }

  it('is told by its first and last event, whatever stands around them', async () => {
    const file = `\uFEFF${'x'.repeat(1000)}\n\n${at(START)}${at(START + HOUR)}torn {`
    expect(await mayHave(file, START + 3 * HOUR, EVER)).to.equal(false)
    expect(await mayHave(file, START + HOUR, EVER)).to.equal(true)
  })
})
