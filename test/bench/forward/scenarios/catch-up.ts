/** How fast what waits gets to a collector that is back, and how far the process grows meanwhile. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { createAuditLogger, toLogRecord } from 'kansa'
import type { RunSettings, Values } from '../../suite.ts'
import { toolCallEvent } from '../../write/events.ts'
import { CountingReceiver } from '../counting-receiver.ts'
import { spoolIn } from '../spool.ts'

const COMMAND = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url))
const SAMPLE_MILLIS = 20
const PER_TURN = 500
/** The best of those that were tried: 512 (its default), 2048, 4096 and 8192. */
const STOCK_BATCH = 4096

export async function catchUp({ subject, dir, shared, counts: { records = 0 } }: RunSettings): Promise<Values> {
  const receiver = await CountingReceiver.start()
  const spool = join(dir, 'audit')
  if (subject !== 'stock-otlp') cpSync(spoolIn(shared), spool, { recursive: true })
  let before = 0
  let peak = 0
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MILLIS)
  const start = performance.now()
  // What it takes to begin is no growth.
  const begun = receiver.whenThereAre(records / 50).then(() => (peak = before = process.memoryUsage.rss()))
  const arrived = begun.then(() => receiver.whenThereAre(records))
  if (subject === 'stock-otlp') await emitAll(receiver.url, records)
  else if (subject === 'kansa-otlp') createAuditLogger({ dir: spool, maxBackups: 100, otlp: { url: receiver.url } })
  const growth = subject === 'kansa-command' ? await runCommand(spool, receiver.url) : undefined
  const delivered = await arrived
  const seconds = (performance.now() - start) / 1000
  clearInterval(sampling)
  receiver.stop()
  return { recordsPerSecond: records / seconds, growthMegabytes: (growth ?? peak - before) / 1e6, records, delivered }
}

/** All of them are in its queue at once, which nobody's memory is asked about: it has no journal. */
async function emitAll(url: string, records: number): Promise<void> {
  const exporter = new OTLPLogExporter({ url })
  const queue = { maxQueueSize: records, maxExportBatchSize: Math.min(records, STOCK_BATCH), scheduledDelayMillis: 1 }
  const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter, ...queue })] })
  const logger = provider.getLogger('bench')
  for (let index = 0; index < records; index++) {
    logger.emit(toLogRecord(toolCallEvent(index)))
    if (index % PER_TURN === 0) await nextTurn()
  }
  await provider.forceFlush()
}

/** Resolves with how many bytes it grew after its start. */
async function runCommand(dir: string, url: string): Promise<number> {
  const child = spawn(process.execPath, [COMMAND, 'forward', '--endpoint', url, '--dir', dir], { stdio: 'ignore' })
  let first = 0
  let peak = 0
  const watch = setInterval(() => {
    const rss = rssOf(child.pid ?? 0)
    // What it takes to start is no growth.
    if (performance.now() > startedBy) first ||= rss
    peak = Math.max(peak, rss)
  }, SAMPLE_MILLIS)
  const startedBy = performance.now() + 300
  await once(child, 'exit')
  clearInterval(watch)
  return first === 0 ? 0 : peak - first
}

function rssOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
