import { expect } from 'chai'
import fc from 'fast-check'
import { mergeByTime } from '../../../src/journal/read-merged.ts'

interface Item {
  readonly time: number
  readonly name: string
}

describe('several logs merged by time', () => {
  const inLists = async function* (items: readonly Item[], size: number): AsyncGenerator<Item[]> {
    for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
    yield []
  }
  const merge = async (logs: readonly (readonly Item[])[], size = 3): Promise<Item[]> => {
    const merged: Item[] = []
    for await (const list of mergeByTime(logs.map(items => inLists(items, size)))) merged.push(...list)
    return merged
  }
  const log = (name: string, times: readonly number[]): Item[] =>
    times.map((time, index) => ({ time, name: `${name}${index}` }))

  it('are ordered by time where each log is', async () => {
    const times = fc.array(fc.nat({ max: 50 }), { maxLength: 30 }).map(times => times.toSorted((a, b) => a - b))
    await fc.assert(
      fc.asyncProperty(fc.array(times, { maxLength: 5 }), fc.integer({ min: 1, max: 7 }), async (logs, size) => {
        const merged = await merge(
          logs.map((times, index) => log(`${index}-`, times)),
          size,
        )
        expect(merged.map(item => item.time)).to.deep.equal(logs.flat().toSorted((a, b) => a - b))
      }),
    )
  })

  it('keep the order of each log when its clock jumped or a time is missing', async () => {
    const merged = await merge([log('a', [5, 1, Number.NaN, 9]), log('b', [2, 6])])
    expect(merged.map(item => item.name)).to.deep.equal(['b0', 'a0', 'a1', 'a2', 'b1', 'a3'])
  })

  it('end the logs they were reading when nobody wants more', async () => {
    let ended = 0
    const endless = async function* (): AsyncGenerator<Item[]> {
      try {
        for (;;) yield log('x', [1])
      } finally {
        ended += 1
      }
    }
    for await (const list of mergeByTime([endless(), endless()])) if (list.length > 0) break
    expect(ended).to.equal(2)
  })
})
