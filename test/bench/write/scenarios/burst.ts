/** What becomes of very many events in one synchronous loop: nothing can be written off-thread or later meanwhile. */
import type { Counts, Values } from '../../suite.ts'
import { whenDelivered } from '../delivered.ts'
import type { Subject } from '../subject.ts'

export async function burst(subject: Subject, dir: string, { events = 0 }: Counts): Promise<Values> {
  const start = performance.now()
  for (let index = 0; index < events; index++) subject.log(subject.make(index))
  const loopMillis = performance.now() - start
  await subject.flush()
  const flushMillis = performance.now() - start
  const { count, lateMillis } = await whenDelivered(dir, events)
  return { loopMillis, doneMillis: flushMillis + lateMillis, events, delivered: count }
}
