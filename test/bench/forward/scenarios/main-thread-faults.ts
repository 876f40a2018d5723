/** What an endpoint that takes nothing does to the agent: how long its calls take, and what its thread spends. */
import { join } from 'node:path'
import { createAuditLogger } from 'kansa'
import { percentile } from '../../statistics.ts'
import type { RunSettings, Values } from '../../suite.ts'
import { toolCallInput } from '../../write/events.ts'
import { FaultyEndpoint, isFault } from '../faulty-endpoint.ts'
import { runSteadily } from '../steady-rate.ts'

/** Shorter than it is by default: a run then has several attempts in it. */
const TIMEOUT_MILLIS = 500

/** `kansa-<fault>`, or `kansa-alone` without a destination. */
export async function mainThreadFaults({ subject, dir, counts }: RunSettings): Promise<Values> {
  const { seconds = 0, perSecond = 0 } = counts
  const fault = subject.slice('kansa-'.length)
  const endpoint = isFault(fault) ? await FaultyEndpoint.start(fault) : undefined
  const otlp = endpoint && { otlp: { url: endpoint.url, timeoutMillis: TIMEOUT_MILLIS } }
  const place = { dir: join(dir, 'audit'), minFreeBytes: 0, minFreePercent: 0 }
  let troubles = 0
  const audit = createAuditLogger({ ...place, ...otlp, onError: () => troubles++ })
  const callMicros = new Float64Array(seconds * perSecond)
  const { events, ...spent } = await runSteadily(seconds, perSecond, index => {
    const input = toolCallInput(index)
    const start = performance.now()
    audit.logToolCall(input)
    callMicros[index] = (performance.now() - start) * 1000
  })
  // What nobody was told about did not happen: the numbers would be those of an agent without a destination.
  if (endpoint !== undefined && troubles === 0) throw new Error(`${subject}: no attempt to deliver failed`)
  await audit.shutdown()
  endpoint?.stop()
  const sorted = callMicros.subarray(0, events).toSorted()
  return {
    callMicrosMedian: percentile(sorted, 0.5),
    callMicrosP99: percentile(sorted, 0.99),
    callMicrosP999: percentile(sorted, 0.999),
    ...spent,
  }
}
