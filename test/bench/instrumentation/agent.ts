/**
 * The program that is measured, with and without `--import kansa/register` before it: `node agent.ts <sdk> <url> [warm]`. Told
 * `{ calls, toolCalls? }`, it makes so many model calls, or turns with so many tool calls, one after the other, and says
 * what they took. `warm`: the server is asked each question once; from then on its answers come from memory.
 */
import { once } from 'node:events'
import { DRIVERS } from './drivers.ts'
import { rememberAnswers } from './remembered-answers.ts'

export interface Ask {
  readonly calls: number
  readonly toolCalls?: number
}

/** Processor time of the main thread, collecting garbage included, in microseconds for each call or turn. */
export interface Took {
  readonly micros: number
}

const [sdk = '', url = '', temperature] = process.argv.slice(2)
// Before the SDK takes it.
if (temperature === 'warm') rememberAnswers()
const open = await DRIVERS[sdk]?.load()
if (open === undefined) throw new Error(`there is no driver for ${sdk}`)
const calls = await open(url)

/** Some kernels count what a running thread takes by ticks of several milliseconds, and exactly when it goes to sleep. */
const PILLOW = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
const timeTaken = (since?: NodeJS.CpuUsage): NodeJS.CpuUsage => {
  Atomics.wait(PILLOW, 0, 0, 1)
  return process.threadCpuUsage(since)
}

const block = async ({ calls: count, toolCalls }: Ask): Promise<Took> => {
  const before = timeTaken()
  for (let index = 0; index < count; index++) {
    if (toolCalls === undefined) await calls.modelCall?.()
    else await calls.toolTurn?.(toolCalls)
  }
  const { user, system } = timeTaken(before)
  return { micros: (user + system) / count }
}

process.send?.('ready')
// It ends as a program does, so that everything is recorded.
while (process.connected) {
  const [ask] = (await once(process, 'message')) as [Ask | 'end']
  if (ask === 'end') process.disconnect()
  else process.send?.(await block(ask))
}
