import { expect } from 'chai'
import fc from 'fast-check'
import { Aggregation, type Row } from '../../src/query/aggregation.ts'
import { measure, type MeasureKind } from '../../src/query/measures.ts'
import { NumberList } from '../../src/query/number-list.ts'
import { untilCollected } from '../pipeline/wrap/garbage-collection.ts'
import { CATALOGUE, eventLine, scanLines } from './support/scanned.ts'

const field = CATALOGUE.field.bind(CATALOGUE)

async function aggregated(
  lines: readonly string[],
  groups: readonly string[],
  measures: readonly [MeasureKind, string?][],
): Promise<Row[]> {
  const aggregation = new Aggregation(
    groups.map(field),
    measures.map(([kind, name]) => measure(kind, name === undefined ? undefined : field(name))),
  )
  await scanLines(lines, {}, event => aggregation.add(event))
  return aggregation.rows()
}

/** Nearest rank, as the textbook has it. */
function percentile(numbers: readonly number[], percent: number): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted.find((_, index) => (index + 1) * 100 >= percent * sorted.length)
}

describe('measures over events', () => {
  it('are those of a naive calculation, for every group', async () => {
    const text = fc.constantFrom('a', 'b', '', '\u0000', 'a\u0000b', '\u0000a', '1', 'true', '"', '1 a')
    const event = fc.record(
      { tool_name: text, sandbox_policy: text, success: fc.boolean(), duration_ms: fc.nat({ max: 50 }) },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async events => {
        const lines = events.map(data => eventLine('ToolCall', data))
        for (const names of [
          [],
          ['tool_name'],
          ['success'],
          ['tool_name', 'sandbox_policy'],
          ['sandbox_policy', 'success', 'tool_name'],
        ] as const) {
          const groups = Map.groupBy(events, each => JSON.stringify(names.map(name => [each[name]])))
          if (names.length === 0 && events.length === 0) groups.set('[]', [])
          const expected = [...groups.values()].map(members => {
            const numbers = members.flatMap(({ duration_ms }) => duration_ms ?? [])
            const sum = numbers.reduce((total, number) => total + number, 0)
            const none = numbers.length === 0
            return [
              ...names.map(name => members[0]?.[name]),
              members.length,
              none ? undefined : sum,
              none ? undefined : sum / numbers.length,
              none ? undefined : Math.min(...numbers),
              none ? undefined : Math.max(...numbers),
              ...[50, 95, 99].map(percent => percentile(numbers, percent)),
            ]
          })
          const kinds: MeasureKind[] = ['sum', 'avg', 'min', 'max', 'p50', 'p95', 'p99']
          const rows = await aggregated(lines, names, [
            ['count'],
            ...kinds.map((kind): [MeasureKind, string] => [kind, 'duration_ms']),
          ])
          expect(rows.map(row => Object.values(row))).to.deep.equal(expected)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('have the names of what they measure', async () => {
    const lines = [eventLine('ApiCall', { model: 'm', total_tokens: 5 })]
    expect(await aggregated(lines, ['model'], [['count'], ['sum', 'data.total_tokens']])).to.deep.equal([
      { model: 'm', count: 1, sum_total_tokens: 5 },
    ])
  })

  it('of nothing are nothing, and the count is 0', async () => {
    expect(await aggregated([], [], [['count'], ['sum', 'duration_ms']])).to.deep.equal([
      { count: 0, sum_duration_ms: undefined },
    ])
    expect(await aggregated([], ['type'], [['count']])).to.deep.equal([])
  })

  it('take the earliest and the latest time, however they are written', async () => {
    const times = [
      '2026-11-22T10:00:00Z',
      '2026-11-22T10:00:00.500Z',
      '2026-11-22T18:00:00+09:00',
      'whenever',
      '2026-11-22T09:00:00-02:00',
    ]
    const lines = times.map(timestamp => eventLine('ToolCall', {}, { timestamp }))
    expect(
      await aggregated(
        lines,
        [],
        [
          ['min', 'timestamp'],
          ['max', 'timestamp'],
        ],
      ),
    ).to.deep.equal([{ min_timestamp: '2026-11-22T18:00:00+09:00', max_timestamp: '2026-11-22T09:00:00-02:00' }])
    const reversed = lines.toReversed()
    expect(await aggregated(reversed, [], [['min', 'timestamp']])).to.deep.equal([
      { min_timestamp: '2026-11-22T18:00:00+09:00' },
    ])
  })

  it('take numbers out of JSON, and pass over what is none', async () => {
    const parameters = ['{"n":5}', '{"n":"6"}', '{"n":-1.5}', 'n', '{"n":null}']
    const lines = parameters.map(text => eventLine('ToolCall', { parameters: text }))
    expect(
      await aggregated(
        lines,
        [],
        [
          ['sum', 'parameters.n'],
          ['max', 'parameters.n'],
        ],
      ),
    ).to.deep.equal([{ 'sum_parameters.n': 3.5, 'max_parameters.n': 5 }])
  })

  it('are refused for fields that cannot be measured so', () => {
    expect(() => measure('sum', field('timestamp'))).to.throw('--sum timestamp: timestamp is no number.')
    expect(() => measure('p95', field('tool_name'))).to.throw('--p95 tool_name: tool_name is no number.')
    expect(() => measure('max', field('tool_name'))).to.throw(
      '--max tool_name: tool_name is neither a number nor a time.',
    )
    expect(() => measure('min', field('timestamp'))).to.not.throw()
    expect(() => measure('avg', field('seq'))).to.not.throw()
  })

  it('do not keep the blocks in memory that their groups were read from', async () => {
    const aggregation = new Aggregation([field('tool_name')], [measure('count')])
    const padding = 'x'.repeat(1_000_000)
    const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external
    const before = held()
    for (let i = 0; i < 60; i++) {
      const lines = [eventLine('ToolCall', { tool_name: `a tool with a name of its own: ${i}`, output: padding })]
      await scanLines(lines, {}, event => aggregation.add(event))
    }
    await untilCollected(() => held() - before < 20_000_000)
    expect(aggregation.rows()).to.have.lengthOf(60)
  })
})

describe('a list of numbers', () => {
  it('gives nearest-rank percentiles, also where the share is no binary fraction', () => {
    for (const count of [1, 2, 3, 19, 20, 21, 99, 100, 101, 1000, 4097]) {
      const list = new NumberList()
      for (let number = count; number >= 1; number--) list.push(number)
      for (const percent of [1, 50, 95, 99, 100]) {
        expect(list.percentile(percent / 100), `${percent} of ${count}`).to.equal(Math.ceil((percent * count) / 100))
      }
      expect(list).to.include({ length: count, sum: (count * (count + 1)) / 2 })
    }
    expect(new NumberList().percentile(0.5)).to.equal(undefined)
  })
})
