/** The interface that every audit logger has, whatever stands behind it: journal, OTLP, or memory. */
import type { AgentInput, ApiCallInput, SecurityInput, TokenUsageInput, ToolCallInput } from '../events/inputs.ts'
import type { AuditEvent } from '../events/kinds.ts'

/** Where a record is in the log. */
export interface StoredRecord {
  /** The record's index in the log's Merkle tree; absent where there is no journal. */
  readonly seq?: number
}

/** What a `logX` call returns at once. */
export interface AuditReceipt {
  /** The event's id (UUID v7). */
  readonly id: string
  /**
   * Resolves when the record's bytes were handed to the kernel: it then survives `kill -9` of this process.
   * Rejects with `KANSA_QUEUE_FULL`, `KANSA_CLOSED` or `KANSA_NOT_RECORDED` when it never will be. Rejections are
   * pre-handled: a receipt nobody looks at cannot crash the process.
   */
  readonly stored: Promise<StoredRecord>
}

/** The logger. `logX` methods throw `KANSA_INVALID_EVENT` for a malformed event, and nothing else ever. */
export interface AuditLogger {
  logAgentStart(input: AgentInput): AuditReceipt
  logAgentProgress(input: AgentInput): AuditReceipt
  logAgentComplete(input: AgentInput): AuditReceipt
  logAgentFailure(input: AgentInput): AuditReceipt
  logAgentCancelled(input: AgentInput): AuditReceipt
  logApiCall(input: ApiCallInput): AuditReceipt
  logToolCall(input: ToolCallInput): AuditReceipt
  logTokenUsage(input: TokenUsageInput): AuditReceipt
  logSecurityEvent(input: SecurityInput): AuditReceipt
  /** Records a complete event, as `createAuditEvent` makes it. */
  logEvent(event: AuditEvent): AuditReceipt
  /**
   * Resolves when everything logged so far is durable (fdatasync); delivery to destinations gets 2 s beside it. Without
   * a journal it resolves when the destinations took everything.
   * @throws KansaError `KANSA_NOT_DURABLE` when that failed.
   */
  flush(): Promise<void>
  /** Writes everything, gives delivery 2 s, closes. Never rejects; may be called more than once. */
  shutdown(): Promise<void>
}
