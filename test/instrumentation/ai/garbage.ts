/** Waiting for what happens when nobody holds an object any more. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const MAX_ROUNDS = 200

export async function collectGarbage(isWaiting: () => boolean): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS && isWaiting(); round++) {
    collect()
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}
