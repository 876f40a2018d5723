/** How long one call may take when its text is made to be slow for whoever looks for secrets in it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { median } from '../../statistics.ts'
import type { Counts, Values } from '../../suite.ts'
import { ADVERSARIAL_TEXTS } from '../adversarial-texts.ts'
import { whenDelivered } from '../delivered.ts'
import { toolCallInput } from '../events.ts'
import type { Subject } from '../subject.ts'

export async function worstEvent(subject: Subject, dir: string, { repeats = 0 }: Counts): Promise<Values> {
  const byText = ADVERSARIAL_TEXTS.map(() => new Array<number>())
  let events = 0
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [place, parameters] of ADVERSARIAL_TEXTS.entries()) {
      // All of it is searched: of an output that is only previewed, the beginning is enough.
      const input = { ...toolCallInput(events++), parameters }
      const start = performance.now()
      subject.log(input)
      byText[place]?.push(performance.now() - start)
      await nextTurn()
    }
  }
  await subject.flush()
  const { count } = await whenDelivered(dir, events)
  return {
    worstMillis: Math.max(...byText.flat()),
    // Of the slowest text: what is left when garbage collection and compilation are not in it.
    usualMillis: Math.max(...byText.map(median)),
    slowestText: byText.findIndex(millis => median(millis) === Math.max(...byText.map(median))),
    texts: byText.length,
    events,
    delivered: count,
  }
}
