/** Waiting for the garbage collector in tests. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const DEADLINE_MILLIS = 10_000

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

/** Collects garbage until `condition` holds. Fails after ten seconds. */
export async function untilCollected(condition: () => boolean): Promise<void> {
  if (typeof collect !== 'function') throw new Error('no garbage collector to call')
  const deadline = Date.now() + DEADLINE_MILLIS
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('not collected within ten seconds')
    collect()
    await nextTurn()
  }
}
