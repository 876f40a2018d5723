/** A test that cannot run here says why where it is reported. */
export function skipBecause(test: Mocha.Context, reason: string): never {
  console.log(`      skipped: ${reason}`)
  return test.skip()
}
