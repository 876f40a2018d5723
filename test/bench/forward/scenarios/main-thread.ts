/** What delivering takes of the agent's own thread, at a steady rate of events. */
import { join } from 'node:path'
import { createAuditLogger } from 'kansa'
import type { RunSettings, Values } from '../../suite.ts'
import { toolCallInput } from '../../write/events.ts'
import { CountingReceiver } from '../counting-receiver.ts'
import { runSteadily } from '../steady-rate.ts'

export async function mainThread({ subject, dir, counts }: RunSettings): Promise<Values> {
  const { seconds = 0, perSecond = 0 } = counts
  const receiver = await CountingReceiver.start()
  const otlp = subject === 'kansa-otlp' ? { otlp: { url: receiver.url } } : {}
  const audit = createAuditLogger({ dir: join(dir, 'audit'), minFreeBytes: 0, minFreePercent: 0, ...otlp })
  const { events, ...spent } = await runSteadily(seconds, perSecond, index => audit.logToolCall(toolCallInput(index)))
  await audit.flush()
  const delivered = subject === 'kansa-otlp' ? await receiver.whenThereAre(events) : events
  await audit.shutdown()
  receiver.stop()
  return { ...spent, records: events, delivered }
}
