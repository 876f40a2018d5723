import { expect } from 'chai'
import { validate, version } from 'uuid'
import { newEventId } from '../../src/events/event-id.ts'

function millisOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
}

/** A time later than that of every id made so far: whoever ran before in this process may have been ahead. */
function later(millis: number): number {
  return Math.max(Date.now(), millisOf(newEventId(0))) + millis
}

describe('event ids', () => {
  it('are UUIDs of version 7 that carry the time', () => {
    const now = later(60_000)
    const id = newEventId(now)
    expect(validate(id)).to.equal(true)
    expect(version(id)).to.equal(7)
    expect(millisOf(id)).to.equal(now)
  })

  it('sort in the order they were made and never repeat, also within a millisecond and after many pools', () => {
    const now = later(120_000)
    const ids = Array.from({ length: 100_000 }, (_, index) => newEventId(now + Math.floor(index / 40_000)))
    expect(new Set(ids).size).to.equal(ids.length)
    expect(ids.toSorted()).to.deep.equal(ids)
  })

  it('keep their order when the clock goes back', () => {
    const now = later(180_000)
    const before = newEventId(now)
    const after = newEventId(now - 3_600_000)
    expect(after > before).to.equal(true)
  })
})
