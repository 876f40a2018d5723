/** How many events a second reach the files, and what each costs the main thread and the whole process. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Counts, Values } from '../../suite.ts'
import { whenDelivered } from '../delivered.ts'
import type { Subject } from '../subject.ts'

const PER_TURN = 100
/** For what the subject still had in its buffers from the warm-up. */
const SETTLE_MILLIS = 300

export async function throughput(subject: Subject, dir: string, { warmUp = 0, events = 0 }: Counts): Promise<Values> {
  await logInTurns(subject, 0, warmUp)
  await sleep(SETTLE_MILLIS)
  const total = warmUp + events
  const cpuBefore = process.cpuUsage()
  const loopBefore = performance.eventLoopUtilization()
  const start = performance.now()
  const inCalls = await logInTurns(subject, warmUp, total)
  await subject.flush()
  const flushed = performance.now()
  const { active } = performance.eventLoopUtilization(loopBefore)
  const { user, system } = process.cpuUsage(cpuBefore)
  const { count, bytesPerLine, lateMillis } = await whenDelivered(dir, total)
  return {
    eventsPerSecond: (events * 1000) / (flushed - start + lateMillis),
    callMicros: (inCalls * 1000) / events,
    mainThreadMicros: (active * 1000) / events,
    processMicros: (user + system) / events,
    bytesPerLine,
    events: total,
    delivered: count,
  }
}

/** Returns the milliseconds that the agent spent in making and logging. */
async function logInTurns(subject: Subject, from: number, to: number): Promise<number> {
  let spent = 0
  for (let index = from; index < to; ) {
    const turnEnd = Math.min(to, index + PER_TURN)
    const start = performance.now()
    for (; index < turnEnd; index++) subject.log(subject.make(index))
    spent += performance.now() - start
    await nextTurn()
  }
  return spent
}
