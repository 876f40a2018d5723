/** How long one call takes at 20,000 events a second, and how long the turn that it is part of keeps the loop busy. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../statistics.ts'
import type { Counts, Values } from '../../suite.ts'
import { whenDelivered } from '../delivered.ts'
import type { Subject } from '../subject.ts'

const PER_TURN = 100
const TURN_MILLIS = 5

export async function latency(subject: Subject, dir: string, { warmUp = 0, events = 0 }: Counts): Promise<Values> {
  await paced(subject, 0, warmUp)
  const measured = await paced(subject, warmUp, warmUp + events)
  await subject.flush()
  const { count } = await whenDelivered(dir, warmUp + events)
  const calls = measured.callMillis.toSorted()
  const turns = measured.turnMillis.toSorted()
  return {
    p50Micros: percentile(calls, 0.5) * 1000,
    p99Micros: percentile(calls, 0.99) * 1000,
    p999Micros: percentile(calls, 0.999) * 1000,
    turnP50Micros: percentile(turns, 0.5) * 1000,
    turnP99Micros: percentile(turns, 0.99) * 1000,
    eventsPerSecond: measured.eventsPerSecond,
    events: warmUp + events,
    delivered: count,
  }
}

interface Paced {
  /** Each call alone; what it is called with is made before. */
  readonly callMillis: Float64Array
  /** Each turn from its first call until the loop is free again: includes what a logger puts off to the turn's end. */
  readonly turnMillis: Float64Array
  readonly eventsPerSecond: number
}

async function paced(subject: Subject, from: number, to: number): Promise<Paced> {
  const callMillis = new Float64Array(to - from)
  const turnMillis = new Float64Array(Math.ceil((to - from) / PER_TURN))
  const start = performance.now()
  for (let turn = 0; turn < turnMillis.length; turn++) {
    const wait = start + turn * TURN_MILLIS - performance.now()
    if (wait > 0) await sleep(wait)
    const turnStart = performance.now()
    const turnEnd = Math.min(to, from + (turn + 1) * PER_TURN)
    for (let index = from + turn * PER_TURN; index < turnEnd; index++) {
      const event = subject.make(index)
      const callStart = performance.now()
      subject.log(event)
      callMillis[index - from] = performance.now() - callStart
    }
    await nextTurn()
    turnMillis[turn] = performance.now() - turnStart
  }
  return { callMillis, turnMillis, eventsPerSecond: ((to - from) * 1000) / (performance.now() - start) }
}
