import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { ENVELOPE, KINDS } from '../../src/events/field-table.ts'
import { lineOf } from '../../src/events/line.ts'
import { type OpenLog, openLogs } from '../../src/journal/open-logs.ts'
import type { EventLine } from '../../src/journal/read-event.ts'
import { DamageLog } from '../../src/query/damage-log.ts'
import { type EventFilter, eventFilter, type FilterSpec } from '../../src/query/event-filter.ts'
import { FieldCatalogue } from '../../src/query/field-catalogue.ts'
import { LineMatcher } from '../../src/query/line-matcher.ts'
import { matchingEvents, scanLogs } from '../../src/query/scan.ts'
import { WallClock } from '../../src/query/wall-clock.ts'
import { useFolders } from '../journal/reader/support/test-lines.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { blockLog } from './support/block-log.ts'
import { foreignLine, hostileEvent, type Random, randomFrom } from './support/hostile-events.ts'
import { type NaiveCondition, type NaiveSpec, naivelyMatches, naiveValue, parsed } from './support/naive-filter.ts'

const catalogue = new FieldCatalogue(new WallClock(true))
const NOW = Date.UTC(2026, 10, 22)
const KIND_NAMES = Object.keys(KINDS)
const NAMES = [
  ...new Set([
    'type',
    'level',
    'id',
    'actor_id',
    ...ENVELOPE.map(field => field.name),
    ...Object.values(KINDS).flatMap(kind => kind.fields.map(field => field.name)),
  ]),
].filter(name => !/timestamp|_time$|^decided_at$/.test(name))

/** The same filter for Kansa and for the naive evaluator, made of what is in the lines so that something matches. */
function randomSpec(lines: readonly string[], random: Random): { kansa: FilterSpec; naive: NaiveSpec } {
  const events = lines.map(parsed).filter(event => event !== undefined)
  const pick = <T>(items: readonly T[]): T | undefined => items[random(items.length)]
  const anyValue = (name: string): unknown => {
    const event = pick(events)
    return event === undefined ? undefined : naiveValue(event, name)
  }
  const maybe = <T>(odds: number, make: () => T | undefined): T | undefined => (random(odds) === 0 ? make() : undefined)
  const part = (text: string): string => {
    const characters = [...text]
    const from = random(characters.length + 1)
    return characters.slice(from, from + random(12)).join('')
  }
  const wanted = (name: string): readonly string[] | undefined =>
    maybe(8, () => {
      const value = anyValue(name)
      const text = typeof value === 'string' ? value : 'nobody'
      const characters = [...text]
      const [head, tail] = [characters.slice(0, random(6)), characters.slice(characters.length - random(4))]
      const withStar = random(2) === 0 ? text : `${head.join('')}*${tail.join('')}`
      return random(3) === 0 ? [withStar, 'someone else'] : [withStar]
    })
  const condition = (): NaiveCondition => {
    const field = pick(NAMES) ?? 'id'
    const value = anyValue(field)
    const operators = typeof value === 'number' ? ['=', '!=', '<', '<=', '>', '>='] : ['=', '!=', '~', '!~']
    const operator = pick(operators) ?? '='
    const text = textOf(Array.isArray(value) ? value[0] : value)
    const isPattern = operator.endsWith('~')
    return { field, operator, operand: isPattern ? part(text).replaceAll(/[^\p{L}\p{N} ]/gu, '.') : text }
  }
  const times = events.map(event => Date.parse(String(event['timestamp']))).filter(time => time >= 0)
  const time = (): number | undefined => pick(times)
  const grepped = (): string | undefined => {
    const value = anyValue(pick(NAMES) ?? 'id')
    return value === undefined || typeof value === 'object' ? undefined : part(textOf(value))
  }
  const [one, other] = [maybe(5, time), maybe(5, time)]
  const [since, until] = one !== undefined && other !== undefined && one >= other ? [other, one + 1] : [one, other]
  const type = maybe(4, () => [pick(KIND_NAMES) ?? '', ...(random(2) === 0 ? [pick(KIND_NAMES) ?? ''] : [])])
  const severity = maybe(6, () => pick(['info', 'warn', 'error', 'critical']))
  const identities = {
    actor_id: wanted('actor_id'),
    run_id: wanted('run_id'),
    session_id: wanted('session_id'),
    trace_id: wanted('trace_id'),
    user_id: wanted('user_id'),
  }
  const where = Array.from({ length: random(3) }, condition)
  const grep = maybe(3, grepped)
  const ignoreCase = random(3) === 0
  const iso = (millis: number | undefined): string | undefined =>
    millis === undefined ? undefined : new Date(millis).toISOString()
  const shared = { type, severity, grep, ignoreCase }
  return {
    kansa: defined({
      ...shared,
      since: iso(since),
      until: iso(until),
      actor: identities.actor_id,
      run: identities.run_id,
      session: identities.session_id,
      trace: identities.trace_id,
      user: identities.user_id,
      where: where.map(({ field, operator, operand }) => `${field}${operator}${operand}`),
    }),
    naive: { ...defined({ ...shared, since, until }), identities, where },
  }
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined ? '' : JSON.stringify(value)
}

/** `undefined` where Kansa refuses the filter because it makes no sense. */
function filterOf(spec: FilterSpec): EventFilter | 'nothing' | undefined {
  try {
    return eventFilter(spec, catalogue, NOW)
  } catch (error) {
    if (String(error).includes('can match nothing') || String(error).includes('nothing can match')) return 'nothing'
    return undefined
  }
}

async function scanned(logs: readonly OpenLog[], filter: EventFilter): Promise<string[]> {
  const found: string[] = []
  await scanLogs(logs, { filter, damage: new DamageLog() }, event => {
    found.push(event.eventLine().bytes.toString('utf8'))
  })
  return found
}

describe('the filter language', () => {
  const newFolder = useFolders()
  // Valid UTF-8 only, so that a line and its text are the same thing.
  const line = fc
    .oneof({ weight: 2, arbitrary: hostileEvent.map(lineOf) }, { weight: 3, arbitrary: foreignLine })
    .map(text => text.toWellFormed())

  it('finds the lines that a naive evaluator finds, whatever the blocks they come in', async () => {
    let matches = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.integer(),
        fc.integer({ min: 1, max: 6000 }),
        async (lines, seed, blockBytes) => {
          const random = randomFrom(seed)
          for (let i = 0; i < 12; i++) {
            const { kansa, naive } = randomSpec(lines, random)
            const filter = filterOf(kansa)
            if (filter === undefined) continue
            const expected = lines.filter(each => naivelyMatches(each, naive))
            const what = JSON.stringify(kansa)
            if (filter === 'nothing') {
              expect(expected, what).to.deep.equal([])
              continue
            }
            matches += expected.length
            const content = lines.map(each => `${each}\n`).join('')
            expect(await scanned([blockLog(content, blockBytes)], filter), what).to.deep.equal(expected)
            const matcher = new LineMatcher(filter)
            const judged = lines.filter(each => {
              const bytes = Buffer.from(each)
              return matcher.matchesLine({ path: '', start: 5, length: bytes.length, bytes, terminated: true })
            })
            expect(judged, what).to.deep.equal(expected)
          }
        },
      ),
      { numRuns: Math.ceil(RUNS / 2) },
    )
    expect(matches, 'it was about something').to.be.greaterThan(RUNS)
  })

  it('finds them in real files too, in lines that lie across the blocks that are read', async () => {
    const [lines = []] = fc.sample(fc.array(line, { minLength: 150, maxLength: 150 }), { numRuns: 1, seed: 7 })
    // Some are longer than a block, and the rest lies anywhere.
    const padding = (index: number): string => 'x'.repeat(index % 70 === 5 ? 2_500_000 : 300_000 + index)
    const padded = lines.map((text, index) =>
      index % 10 === 5 ? text.replace(/"actor_id":"/, () => `"actor_id":"${padding(index)}`) : text,
    )
    const dir = newFolder()
    const content = (from: number, to: number): string =>
      padded
        .slice(from, to)
        .map(text => `${text}\n`)
        .join('')
    writeFileSync(join(dir, 'audit.jsonl.1'), content(0, 70))
    writeFileSync(join(dir, 'audit.jsonl'), content(70, 150))
    expect(Buffer.byteLength(content(70, 150))).to.be.greaterThan(2_200_000)
    const random = randomFrom(7)
    for (let i = 0; i < 12; i++) {
      const { kansa, naive } = randomSpec(padded, random)
      // Files are told apart by the times in them, which these lines have at random.
      const filter = filterOf({ ...kansa, since: '0001-01-01', until: '9999-12-31' })
      if (filter === undefined || filter === 'nothing') continue
      const logs = openLogs(dir)
      const { since: _, until: __, ...timeless } = naive
      const expected = padded.filter(each => {
        const time = Date.parse(String(parsed(each)?.['timestamp']))
        return !Number.isNaN(time) && naivelyMatches(each, timeless)
      })
      expect(await scanned(logs, filter), JSON.stringify(kansa)).to.deep.equal(expected)
      const kept: EventLine[] = []
      for await (const events of matchingEvents(logs, { filter, damage: new DamageLog() })) kept.push(...events)
      expect(kept.map(event => event.bytes.toString('utf8'))).to.deep.equal(expected)
      for (const log of logs) log.close()
    }
  })
})
