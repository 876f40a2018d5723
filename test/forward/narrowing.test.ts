import fc from 'fast-check'
import { expect } from 'chai'
import type { DeliveryItem } from '../../src/forward/delivery-item.ts'
import { narrow } from '../../src/forward/narrowing.ts'

const STANDING = { origin: 'o', checkpoint: 0, checkpointOffset: 0, source: undefined, file: undefined }
const NOTHING = Buffer.alloc(0)
const FRAGMENT = { bytes: { slab: NOTHING, from: 0, to: 0 }, frame: { before: NOTHING, after: NOTHING } }

function itemOf(seq: number, isSent: boolean): DeliveryItem {
  const fragment = isSent ? FRAGMENT : undefined
  const outcome = isSent ? 'delivered' : 'skipped'
  return { fragment, id: '', seq, count: 1, outcome, reason: '', standing: STANDING, next: seq + 1, offset: 0 }
}

interface Outcome {
  readonly over: number
  readonly taken: readonly number[]
  readonly aside: readonly number[]
}

async function narrowed(sent: readonly boolean[], poison: ReadonlySet<number>, vouches: boolean): Promise<Outcome> {
  const taken: number[] = []
  const aside: number[] = []
  const over = await narrow(
    sent.map((isSent, seq) => itemOf(seq, isSent)),
    {
      send: async items => {
        const seqs = items.filter(({ fragment }) => fragment !== undefined).map(({ seq }) => seq)
        if (seqs.some(seq => poison.has(seq))) return 'HTTP 400'
        taken.push(...seqs)
        return undefined
      },
      setAside: item => aside.push(item.seq),
      vouch: async () => vouches,
    },
  )
  return { over, taken, aside }
}

describe('narrowing down', () => {
  it('brings each record or sets it aside, in order, where the destination takes anything', async () => {
    const batches = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(batches, async batch => {
        const sent = batch.map(([isSent]) => isSent)
        const poison = new Set(batch.flatMap(([isSent, isPoison], seq) => (isSent && isPoison ? [seq] : [])))
        const { over, taken, aside } = await narrowed(sent, poison, true)
        expect(over).to.equal(batch.length)
        expect(aside).to.deep.equal([...poison])
        expect(taken).to.deep.equal(sent.flatMap((isSent, seq) => (isSent && !poison.has(seq) ? [seq] : [])))
      }),
    )
  })

  it('sets nothing aside where nothing is taken and nobody vouches', async () => {
    for (const count of [1, 2, 16, 17, 40]) {
      const all = new Set(Array.from({ length: count }, (_, seq) => seq))
      const outcome = await narrowed(Array.from({ length: count }).fill(true) as boolean[], all, false)
      expect(outcome).to.deep.equal({ over: 0, taken: [], aside: [] })
    }
  })

  it('stops at a long row of refused ones that nobody vouches for, and keeps them', async () => {
    const poison = new Set(Array.from({ length: 30 }, (_, index) => index + 4))
    const outcome = await narrowed(Array.from({ length: 40 }).fill(true) as boolean[], poison, false)
    expect(outcome).to.deep.equal({ over: 4, taken: [0, 1, 2, 3], aside: [] })
  })
})
