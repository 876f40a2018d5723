/** Kansa (監査, "audit"): the audit log for AI agents, built on OpenTelemetry logs. */
export { createAuditLogger, initAuditLogger } from './create-audit-logger.ts'
export { KansaError } from './errors.ts'
export type { KansaErrorCode } from './errors.ts'
export { createAuditEvent } from './events/build-event.ts'
export type { CaptureRules } from './events/capture.ts'
export { checkpointLogRecord } from './events/checkpoint-log-record.ts'
export type { LogCheckpoint } from './events/checkpoint-log-record.ts'
export { fromLogRecord } from './events/from-log-record.ts'
export type { AuditLogRecord } from './events/from-log-record.ts'
export type {
  AgentInput,
  ApiCallInput,
  EventInput,
  SecurityInput,
  TimeInput,
  TokenUsageInput,
  ToolCallInput,
} from './events/inputs.ts'
export type {
  AgentExecutionData,
  ApiCallData,
  AuditDataByKind,
  AuditEnvelope,
  AuditEvent,
  AuditEventKind,
  AuditEventOf,
  AuditEventType,
  CaptureLevel,
  CutField,
  DeciderType,
  ExecutionStatus,
  KnownSecurityCategory,
  PermissionDecision,
  SecurityAction,
  SecurityCategory,
  SecurityData,
  SecuritySeverity,
  TokenUsageData,
  ToolCallData,
} from './events/kinds.ts'
export { toLogRecord } from './events/to-log-record.ts'
export type { JournalFileOptions } from './options.ts'
export type { AuditLogger, AuditReceipt, StoredRecord } from './pipeline/audit-api.ts'
export { withAuditContext } from './pipeline/audit-context.ts'
export type { AuditContextFields } from './pipeline/audit-context.ts'
export { TokenBudget } from './pipeline/budget/token-budget.ts'
export type { BudgetStep, TokenBudgetOptions, TokenReservation } from './pipeline/budget/token-budget.ts'
export type { JsonlExporterOptions } from './pipeline/exporter-options.ts'
export type { ActionKind, FailureMode, FailurePolicy, IntendedAction } from './pipeline/failure-policy.ts'
export { getAuditLogger, logAuditEvent } from './pipeline/global-logger.ts'
export { JsonlLogRecordExporter } from './pipeline/jsonl-log-record-exporter.ts'
export type { AuditLoggerOptions } from './pipeline/logger-options.ts'
export { LosslessBatchLogRecordProcessor } from './pipeline/export/lossless-batch-log-record-processor.ts'
export type { LosslessBatchLogRecordProcessorOptions } from './pipeline/export/processor-options.ts'
export type { DeliveryFilter, OtlpOptions, SeverityName } from './pipeline/otlp-options.ts'
export type { RedactionOptions, RedactionPattern } from './pipeline/redaction-options.ts'
export { parseVerifierKey } from './pipeline/verifier-key.ts'
export { withAgent } from './pipeline/with-agent.ts'
export type { AgentOptions, AgentProgress, AgentRun } from './pipeline/with-agent.ts'
export type { ModelUsage } from './pipeline/observe/model-usage.ts'
export type { AnyFunction, FromArguments, ItemOf } from './pipeline/observe/options.ts'
export { wrapModelCall } from './pipeline/wrap-model-call.ts'
export type { WrapModelCallOptions } from './pipeline/wrap-model-call.ts'
export { wrapTool } from './pipeline/wrap-tool.ts'
export type { WrapToolOptions } from './pipeline/wrap-tool.ts'
export type { LocalSigner, Signer, Verifier } from './seal/signer.ts'
