/** An audit folder with records of every kind, written by a real logger that ships them too, and what stands in it. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { resolveDestinations } from '../../../src/forward/destination.ts'
import { ForwarderThread } from '../../../src/forward/forwarder-thread.ts'
import { createAuditLogger } from '../../../src/index.ts'
import type { AuditEvent, AuditLogger, OtlpOptions } from '../../../src/index.ts'
import { arbitraryEvent } from '../../support/arbitrary-event.ts'

const DELIVERY_MILLIS = 30_000
/** The last millisecond that nanoseconds in 63 bits can tell. */
const LAST_MILLIS = 9_223_372_036_854

/** Logs `count` random events, the same ones each time, and shuts the logger down. */
export async function logSamples(dir: string, otlp: OtlpOptions, count: number): Promise<void> {
  const logger = createAuditLogger({ dir, origin: 'collector-suite', otlp })
  const samples = fc.sample(arbitraryEvent, { numRuns: count, seed: 4318 })
  for (const event of samples.filter(isTellable)) logger.logEvent(withoutSeq(event))
  await shutdownDelivered(logger, dir, otlp)
}

/** Logs a short run, one record of each kind and some more, and shuts the logger down. */
export async function logRun(dir: string, otlp: OtlpOptions): Promise<void> {
  const logger = createAuditLogger({ dir, origin: 'collector-suite', otlp, resource: { 'service.name': 'reviewer' } })
  const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
  const who = { labels: { team: 'payments' }, onBehalfOf: ['alice', 'planner'], ...trace }
  const consumer = { entityId: 'code-reviewer', entityType: 'agent' }
  logger.logAgentStart({ agentName: 'code-reviewer', goal: 'Review PR #123', ...who })
  logger.logApiCall({ provider: 'OpenAI', model: 'gpt-5', latencyMs: 2340, promptTokens: 1200, completionTokens: 350 })
  logger.logToolCall({ toolName: 'shell', parameters: { cmd: 'git diff' }, durationMs: 150, output: 'diff', ...who })
  logger.logToolCall({ toolName: 'write_file', decision: 'Deny', decisionReason: 'outside the project', ...who })
  logger.logTokenUsage({ ...consumer, tokensConsumed: 4500, budgetLimit: 5000, operation: 'review' })
  logger.logSecurityEvent({
    category: 'PermissionDenied',
    severity: 'Critical',
    message: 'File write blocked',
    source: 'sandbox',
    action: 'Blocked',
  })
  logger.logAgentFailure({ agentName: 'code-reviewer', error: new Error('out of budget'), ...trace })
  await shutdownDelivered(logger, dir, otlp)
}

/** A logger's end waits for a collector for two seconds; what is left is delivered after it, as `kansa forward` does. */
export async function shutdownDelivered(logger: AuditLogger, dir: string, otlp: OtlpOptions): Promise<void> {
  await logger.shutdown()
  await deliverRest(dir, otlp)
}

export async function deliverRest(dir: string, otlp: OtlpOptions): Promise<void> {
  const destinations = resolveDestinations([otlp])
  const rest = new ForwarderThread({ dir, destinations, onTrouble: () => {}, onStatus: () => {} })
  await rest.drain(DELIVERY_MILLIS)
  await rest.shutdown(DELIVERY_MILLIS)
}

/** OTLP's times end in 2554, and Go's in nanoseconds in 2262. */
function isTellable({ timestamp, observed_timestamp: observed }: AuditEvent): boolean {
  return [timestamp, observed ?? timestamp].every(time => Date.parse(time) <= LAST_MILLIS)
}

function withoutSeq(event: AuditEvent): AuditEvent {
  const { seq: _, ...rest } = event
  return rest
}

/** Every line of the log, by id. */
export function journalLines(dir: string): Map<string, AuditEvent> {
  const files = globSync(['audit.jsonl', 'audit.jsonl.[0-9]*'], { cwd: dir })
  const lines = files.flatMap(file => readFileSync(join(dir, file), 'utf8').split('\n').slice(0, -1))
  return new Map(lines.map(line => JSON.parse(line) as AuditEvent).map(event => [event.id, event]))
}
