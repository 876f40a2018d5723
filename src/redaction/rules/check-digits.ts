/** The digits of `text`, in order. */
export function digitsOf(text: string): number[] {
  return Array.from(text.replace(/\D/g, ''), Number)
}

/** The sum of each digit times its weight. */
export function weightedSum(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0)
}

/** ISO/IEC 7812-1 annex B: the last digit is the check digit. */
export function passesLuhn(digits: readonly number[]): boolean {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const value = index % 2 === 0 ? digit : digit * 2
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return digits.length > 1 && sum % 10 === 0
}

/** The multiplication of the dihedral group of order 10. */
function dihedral(left: number, right: number): number {
  const rotated = left < 5 ? (left + right) % 5 : (left - right + 10) % 5
  const reflected = left < 5 !== right < 5
  return rotated + (reflected ? 5 : 0)
}

const VERHOEFF_STEP = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** Verhoeff's check: the last digit is the check digit. */
export function passesVerhoeff(digits: readonly number[]): boolean {
  const check = digits.toReversed().reduce((product, digit, index) => {
    let permuted = digit
    for (let step = index % 8; step > 0; step--) permuted = VERHOEFF_STEP[permuted] ?? 0
    return dihedral(product, permuted)
  }, 0)
  return digits.length > 1 && check === 0
}

/** ISO/IEC 7064 MOD 11,10: the last digit is the check digit. */
export function passesMod11Of10(digits: readonly number[]): boolean {
  const product = digits.slice(0, -1).reduce((carry, digit) => {
    const sum = (carry + digit) % 10
    return ((sum === 0 ? 10 : sum) * 2) % 11
  }, 10)
  return digits.length > 1 && digits.at(-1) === (11 - product) % 10
}
