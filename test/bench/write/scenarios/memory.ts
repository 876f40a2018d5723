/** How far the process grows over many events, and what it still holds afterwards. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Counts, Values } from '../../suite.ts'
import { whenDelivered } from '../delivered.ts'
import type { Subject } from '../subject.ts'

const PER_TURN = 100
const SAMPLE_EVERY = 1000
const MEGABYTE = 1e6

export async function memory(subject: Subject, dir: string, { events = 0 }: Counts): Promise<Values> {
  const heldBefore = heldBytes()
  const rssBefore = process.memoryUsage.rss()
  let peak = rssBefore
  for (let index = 0; index < events; ) {
    for (const turnEnd = Math.min(events, index + PER_TURN); index < turnEnd; index++) subject.log(subject.make(index))
    if (index % SAMPLE_EVERY === 0) peak = Math.max(peak, process.memoryUsage.rss())
    await nextTurn()
  }
  await subject.flush()
  peak = Math.max(peak, process.memoryUsage.rss())
  const held = heldBytes() - heldBefore
  const { count } = await whenDelivered(dir, events)
  return { growthMegabytes: (peak - rssBefore) / MEGABYTE, heldMegabytes: held / MEGABYTE, events, delivered: count }
}

/** What is still reachable: JavaScript objects and buffers. */
function heldBytes(): number {
  if (globalThis.gc === undefined) throw new Error('needs node --expose-gc')
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
