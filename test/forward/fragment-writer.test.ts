import { expect } from 'chai'
import fc from 'fast-check'
import { FragmentWriter } from '../../src/forward/fragment-writer.ts'
import type { FragmentBytes } from '../../src/forward/request-parts.ts'

function textOf({ slab, from, to }: FragmentBytes): string {
  return slab.toString('utf8', from, to)
}

function write(writer: FragmentWriter, ...texts: readonly string[]): FragmentBytes {
  writer.begin()
  for (const text of texts) writer.text(text)
  return writer.end()
}

describe('the memory of encoded records', () => {
  it('is used again when they are over, and never before', () => {
    const step = fc.record({ bytes: fc.integer({ min: 1, max: 90_000 }), keep: fc.integer({ min: 1, max: 12 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const writer = new FragmentWriter()
        const held: { readonly text: string; readonly fragment: FragmentBytes }[] = []
        for (const [index, { bytes, keep }] of steps.entries()) {
          const text = `${index}-`.repeat(Math.ceil(bytes / 4))
          held.push({ text, fragment: write(writer, text, 'é') })
          while (held.length > keep) {
            const over = held.shift()
            if (over !== undefined) writer.release(over.fragment)
          }
          const found = held.findIndex(each => textOf(each.fragment) !== `${each.text}é`)
          expect(found).to.equal(-1)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('does not grow with the number of records', () => {
    const writer = new FragmentWriter()
    const slabs = new Set<Buffer>()
    for (let index = 0; index < 2000; index++) {
      const fragment = write(writer, 'x'.repeat(10_000))
      slabs.add(fragment.slab)
      writer.release(fragment)
    }
    expect(slabs.size).to.be.at.most(3)
  })

  it('begins a record anew where one was not ended', () => {
    const writer = new FragmentWriter()
    writer.begin()
    writer.text('not this')
    expect(textOf(write(writer, 'but ', 'this'))).to.equal('but this')
  })
})
