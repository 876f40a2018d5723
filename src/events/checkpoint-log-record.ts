/** A signed checkpoint as an OpenTelemetry log record, so that it leaves the machine. It is no event and no journal line. */
import type { LogRecord } from '@opentelemetry/api'
import { HEAD_ATTRIBUTES } from './field-table.ts'

export interface LogCheckpoint {
  /** The log's name. */
  readonly origin: string
  /** Records that it covers. */
  readonly size: number
  /** Root of their Merkle tree, base64. */
  readonly root: string
  /** The whole signed note (C2SP tlog-checkpoint): kept elsewhere, it shows later that the log was not rolled back. */
  readonly note: string
}

export const CHECKPOINT_EVENT_NAME = 'agent_audit.log.checkpoint'
const INFO = 9

export function checkpointLogRecord({ origin, size, root, note }: LogCheckpoint): LogRecord {
  return {
    eventName: CHECKPOINT_EVENT_NAME,
    severityNumber: INFO,
    severityText: 'INFO',
    body: `checkpoint: ${size} ${size === 1 ? 'record' : 'records'} of ${origin}`,
    attributes: {
      [HEAD_ATTRIBUTES.eventName]: CHECKPOINT_EVENT_NAME,
      'agent_audit.log.origin': origin,
      'agent_audit.log.tree_size': size,
      'agent_audit.log.root_hash': root,
      'agent_audit.log.signed_note': note,
    },
  }
}
