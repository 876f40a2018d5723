import { expect } from 'chai'
import { digitsOf, passesLuhn, passesMod11Of10, passesVerhoeff } from '../../../src/redaction/rules/check-digits.ts'

/** How many last digits pass for each beginning: a check digit that works lets one through. */
function passing(passes: (digits: readonly number[]) => boolean, beginning: string): number[] {
  return Array.from({ length: 10 }, (_, digit) => digit).filter(digit => passes(digitsOf(`${beginning}${digit}`)))
}

describe('check digits', () => {
  it('Luhn: the one known for 7992739871 is 3', () => {
    expect(passing(passesLuhn, '7992739871')).to.deep.equal([3])
  })

  it('Verhoeff: the one known for 236 is 3, and for 12345 is 1', () => {
    expect(passing(passesVerhoeff, '236')).to.deep.equal([3])
    expect(passing(passesVerhoeff, '12345')).to.deep.equal([1])
  })

  it('Verhoeff: two neighbours in the wrong order are seen', () => {
    const digits = '223456789018'
    expect(passesVerhoeff(digitsOf(digits))).to.equal(true)
    for (let at = 0; at < digits.length - 1; at++) {
      const swapped = digits.slice(0, at) + digits[at + 1] + digits[at] + digits.slice(at + 2)
      expect(passesVerhoeff(digitsOf(swapped)), swapped).to.equal(swapped === digits)
    }
  })

  it('MOD 11,10: the one known for 8609574271 is 9', () => {
    expect(passing(passesMod11Of10, '8609574271')).to.deep.equal([9])
  })

  it('a single digit is not checked by itself', () => {
    expect([passesLuhn([0]), passesVerhoeff([0]), passesMod11Of10([1])]).to.deep.equal([false, false, false])
  })
})
