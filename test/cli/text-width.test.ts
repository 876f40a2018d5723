import { expect } from 'chai'
import fc from 'fast-check'
import { fitted, textWidth, truncated } from '../../src/cli/text-width.ts'

describe('the width of text', () => {
  const widths: [string, number][] = [
    ['', 0],
    ['plain', 5],
    ['naïve', 5],
    ['日本語', 6],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['e\u0301', 1],
    ['😀✅', 4],
    ['⚠', 1],
    ['→…─', 3],
  ]
  for (const [text, width] of widths) {
    it(`of ${JSON.stringify(text)} is ${width}`, () => expect(textWidth(text)).to.equal(width))
  }

  it('is never more than what it was cut to', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '日', 'e\u0301', '😀', ' ') })
    fc.assert(
      fc.property(text, fc.nat({ max: 30 }), (text, columns) => {
        const cut = truncated(text, columns)
        expect(textWidth(cut)).to.be.at.most(columns)
        if (textWidth(text) <= columns) expect(cut).to.equal(text)
        else if (columns > 0) expect(cut.endsWith('…') && text.startsWith(cut.slice(0, -1))).to.equal(true)
        expect(textWidth(fitted(text, columns))).to.equal(columns)
      }),
    )
  })

  it('uses the columns there are', () => {
    expect(truncated('abcdefgh', 5)).to.equal('abcd…')
    expect(truncated('日本語', 5)).to.equal('日本…')
    expect(truncated('日本語', 4)).to.equal('日…')
    expect(truncated('abcde', 5)).to.equal('abcde')
    expect(truncated('abcde', 1)).to.equal('…')
    expect(truncated('abcde', 0)).to.equal('')
  })

  it('is bounded for towers of marks', () => {
    expect(truncated(`a${'\u0301'.repeat(10_000)}`, 10).length).to.be.lessThan(50)
  })
})
