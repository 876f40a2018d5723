// The records of the corpus: true lines of Kansa, with fixed ids and times.
import { completeEvent } from '../../../../src/events/build-event.ts'
import type { AuditEvent } from '../../../../src/events/kinds.ts'
import type { RecordPlan } from '../../../support/sealed-folder.ts'

const START = Date.UTC(2026, 10, 22, 10, 15, 30)

/** The record that will be the nth of its log; `event` has its kind and data. */
function record(n: number, actor: string, type: string, data: object): AuditEvent {
  const millis = START + n * 1000
  const time = millis.toString(16).padStart(12, '0')
  return completeEvent({
    id: `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(n).padStart(12, '0')}`,
    timestamp: new Date(millis).toISOString(),
    actor_id: actor,
    event_type: { type, data },
  })
}

export function toolCall(n: number, command = 'ls'): AuditEvent {
  return record(n, 'shell', 'ToolCall', {
    tool_name: 'shell',
    call_id: `call-${n}`,
    parameters: JSON.stringify({ cmd: command }),
    execution_time: new Date(START + n * 1000).toISOString(),
    duration_ms: 5,
    success: true,
    output_preview: '',
    permission_granted: true,
  })
}

export function tokenUsage(n: number): AuditEvent {
  return record(n, 'a', 'TokenUsage', {
    entity_id: 'a',
    entity_type: 'agent',
    tokens_consumed: n,
    utilization: 0,
    timestamp: new Date(START + n * 1000).toISOString(),
    operation: 'chat',
  })
}

/** A record of the log about itself. */
export function ownRecord(n: number, category: string, context: Readonly<Record<string, string>> = {}): AuditEvent {
  return record(n, 'kansa', 'Security', {
    severity: 'Info',
    category,
    message: category,
    source: 'kansa',
    action: 'Logged',
    context,
  })
}

/** The records up to `lastSeq` are about to be deleted; the root is that of all records before this one by default. */
export function retentionDeleted(n: number, firstSeq: number, lastSeq: number, root: string): AuditEvent {
  const context = { file: 'audit.jsonl.2', first_seq: String(firstSeq), last_seq: String(lastSeq), root }
  return ownRecord(n, 'RetentionDeleted', context)
}

/** A log of so many records: the start of a process, and what its agent did and spent. */
export function work(count: number): RecordPlan[] {
  return Array.from({ length: count }, (_, n) =>
    n === 0 ? ownRecord(0, 'AuditStarted') : n % 2 === 1 ? toolCall(n) : tokenUsage(n),
  )
}
