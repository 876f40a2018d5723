import { SealError } from '../../seal/seal-error.ts'

/** What should be proven is not. The message says why, for people. */
export class NotProven extends Error {
  override readonly name = 'NotProven'
}

/** What `prove` gives; where the seal refuses, it is not proven: `why` stands before the reason. */
export function orNotProven<T>(why: string, prove: () => T): T {
  try {
    return prove()
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    throw new NotProven(`${why}: ${error.message}`, { cause: error })
  }
}
