/** What delivering takes of the agent's own thread, at a steady rate of events. */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createAuditLogger } from 'kansa'
import type { RunSettings, Values } from '../../suite.ts'
import { toolCallInput } from '../../write/events.ts'
import { CountingReceiver } from '../counting-receiver.ts'

const TURN_MILLIS = 10

export async function mainThread({ subject, dir, counts }: RunSettings): Promise<Values> {
  const { seconds = 0, perSecond = 0 } = counts
  const receiver = await CountingReceiver.start()
  const otlp = subject === 'kansa-otlp' ? { otlp: { url: receiver.url } } : {}
  const audit = createAuditLogger({ dir: join(dir, 'audit'), minFreeBytes: 0, minFreePercent: 0, ...otlp })
  const mainBefore = mainThreadMillis()
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  let index = 0
  while (performance.now() - start < seconds * 1000) {
    const due = Math.floor(((performance.now() - start) / 1000) * perSecond)
    for (; index < due; index++) audit.logToolCall(toolCallInput(index))
    await setTimeout(TURN_MILLIS)
  }
  const elapsed = (performance.now() - start) / 1000
  const main = mainThreadMillis() - mainBefore
  const { user, system } = process.cpuUsage(cpuBefore)
  await audit.flush()
  const delivered = subject === 'kansa-otlp' ? await receiver.whenThereAre(index) : index
  await audit.shutdown()
  receiver.stop()
  const processMillisPerSecond = (user + system) / 1000 / elapsed
  return { mainMillisPerSecond: main / elapsed, processMillisPerSecond, records: index, delivered }
}

/** Processor time of this thread: unlike the time for which its loop is busy, it is the same on a machine that others use. */
function mainThreadMillis(): number {
  const usage: unknown = Reflect.get(process, 'threadCpuUsage')
  if (typeof usage !== 'function') throw new Error('needs process.threadCpuUsage (Node.js 23.9)')
  const { user, system } = Reflect.apply(usage, process, []) as NodeJS.CpuUsage
  return (user + system) / 1000
}
