/** An agent that logs at a steady rate, and what that takes of its thread and of its process. */
import { setTimeout } from 'node:timers/promises'

const TURN_MILLIS = 10

export interface SteadyRun {
  readonly events: number
  readonly mainMillisPerSecond: number
  readonly processMillisPerSecond: number
}

/** `log` is called `perSecond` times a second, those of ten milliseconds in one turn. */
export async function runSteadily(
  seconds: number,
  perSecond: number,
  log: (index: number) => void,
): Promise<SteadyRun> {
  const mainBefore = mainThreadMillis()
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  let events = 0
  while (performance.now() - start < seconds * 1000) {
    const due = Math.floor(((performance.now() - start) / 1000) * perSecond)
    for (; events < due; events++) log(events)
    await setTimeout(TURN_MILLIS)
  }
  const elapsed = (performance.now() - start) / 1000
  const main = mainThreadMillis() - mainBefore
  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    events,
    mainMillisPerSecond: main / elapsed,
    processMillisPerSecond: (user + system) / 1000 / elapsed,
  }
}

/** Processor time of this thread: unlike the time for which its loop is busy, it is the same on a machine that others use. */
function mainThreadMillis(): number {
  const usage: unknown = Reflect.get(process, 'threadCpuUsage')
  if (typeof usage !== 'function') throw new Error('needs process.threadCpuUsage (Node.js 23.9)')
  const { user, system } = Reflect.apply(usage, process, []) as NodeJS.CpuUsage
  return (user + system) / 1000
}
