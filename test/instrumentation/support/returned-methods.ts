import { expect } from 'chai'
import type { Audited } from './audited.ts'

/**
 * Attaches and detaches: meanwhile every method is another one, then each is the very one that it was.
 * @param methodsOf methods of what is attached to, always in the same order; undefined where a version has none
 */
export async function expectMethodsReturned(
  methodsOf: () => readonly unknown[],
  audit: () => Audited,
): Promise<Audited> {
  const before = methodsOf()
  const audited = audit()
  const during = methodsOf()
  await audited.stop()
  const after = methodsOf()
  expect(during.filter((method, index) => method !== undefined && method === before[index])).to.be.empty
  expect(after.every((method, index) => method === before[index])).to.equal(true)
  return audited
}
