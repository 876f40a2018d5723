import { expect } from 'chai'
import fc from 'fast-check'
import { ContextWindow } from '../../src/query/context-window.ts'

const GAP = '--'

function windowed(matches: readonly boolean[], size: number): (number | string)[] {
  const window = new ContextWindow<number>(size)
  return matches.flatMap((isMatch, index) =>
    window.push(index, isMatch).flatMap(({ item, afterGap }) => (afterGap ? [GAP, item] : [item])),
  )
}

/** As `grep -C` has it. */
function naive(matches: readonly boolean[], size: number): (number | string)[] {
  const shown = matches.map((_, index) => matches.slice(Math.max(0, index - size), index + size + 1).includes(true))
  return matches.flatMap((_, index) => {
    if (!shown[index]) return []
    const isAfterGap = shown.slice(0, index).includes(true) && !shown[index - 1]
    return isAfterGap ? [GAP, index] : [index]
  })
}

describe('events around a match', () => {
  it('are those that grep -C would show, with its gaps', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), fc.nat({ max: 5 }), (matches, size) => {
        expect(windowed(matches, size)).to.deep.equal(naive(matches, size))
      }),
    )
    fc.assert(
      fc.property(
        fc.array(
          fc.nat({ max: 9 }).map(n => n === 0),
          { maxLength: 60 },
        ),
        fc.nat({ max: 3 }),
        (matches, size) => {
          expect(windowed(matches, size)).to.deep.equal(naive(matches, size))
        },
      ),
    )
  })

  it('are still to come after one', () => {
    const window = new ContextWindow<number>(2)
    const following = [false, true, false, false].map((isMatch, index) => {
      window.push(index, isMatch)
      return window.isFollowing
    })
    expect(following).to.deep.equal([false, true, true, false])
  })
})
