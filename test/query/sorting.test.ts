import { expect } from 'chai'
import { parseSortOrder, rankOf, sortedRows } from '../../src/query/sort-rows.ts'
import type { FieldValue } from '../../src/query/query-field.ts'
import { CATALOGUE } from './support/scanned.ts'

describe('sorted rows', () => {
  const sorted = (name: string, values: readonly FieldValue[], descending = false): FieldValue[] => {
    const field = CATALOGUE.field(name)
    return sortedRows(values, value => rankOf(field, value), descending)
  }

  it('are in the order of numbers, texts and flags', () => {
    expect(sorted('duration_ms', [10, 9, 100, 0.5])).to.deep.equal([0.5, 9, 10, 100])
    expect(sorted('tool_name', ['b', 'B', 'a', '10', '9'])).to.deep.equal(['10', '9', 'B', 'a', 'b'])
    expect(sorted('success', [true, false])).to.deep.equal([false, true])
  })

  it('are in the order of time, however times are written', () => {
    const times = ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.500Z', '2026-11-22T18:00:00+09:00']
    expect(sorted('timestamp', times)).to.deep.equal([times[2], times[0], times[1]])
  })

  it('are in the order of levels and severities, not of their letters', () => {
    expect(sorted('level', ['critical', 'warn', 'info', 'error'])).to.deep.equal(['info', 'warn', 'error', 'critical'])
    expect(sorted('severity', ['Info', 'Critical', 'Warning'], true)).to.deep.equal(['Critical', 'Warning', 'Info'])
  })

  it('have those without a value at the end, whatever the direction', () => {
    expect(sorted('duration_ms', [undefined, 2, undefined, 1])).to.deep.equal([1, 2, undefined, undefined])
    expect(sorted('duration_ms', [undefined, 2, undefined, 1], true)).to.deep.equal([2, 1, undefined, undefined])
  })

  it('keep their order where they are equal', () => {
    const rows = [
      { n: 1, name: 'a' },
      { n: 0, name: 'b' },
      { n: 1, name: 'c' },
      { n: 0, name: 'd' },
    ]
    const names = (descending: boolean): string =>
      sortedRows(rows, row => row.n, descending)
        .map(row => row.name)
        .join('')
    expect([names(false), names(true)]).to.deep.equal(['bdac', 'acbd'])
  })

  it('have one order where numbers and texts are mixed', () => {
    const mixed = [10, '9', 9, 'a', '10', true]
    for (const rotated of mixed.map((_, index) => [...mixed.slice(index), ...mixed.slice(0, index)])) {
      expect(sorted('parameters.x', rotated)).to.deep.equal([9, 10, '10', '9', 'a', true])
    }
  })

  it('are asked for with - for downwards', () => {
    expect(parseSortOrder('-count')).to.deep.equal({ column: 'count', descending: true })
    expect(parseSortOrder('count')).to.deep.equal({ column: 'count', descending: false })
  })
})
