import { writeSync } from 'node:fs'

const NOTHING = new Int32Array(new SharedArrayBuffer(4))

/** A line on standard output that is there when this returns, even if the process is killed right after. */
export function say(text: string): void {
  const bytes = Buffer.from(`${text}\n`)
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      // Whoever reads it is busy.
      Atomics.wait(NOTHING, 0, 0, 1)
    }
  }
}
