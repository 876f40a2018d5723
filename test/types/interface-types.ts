/** Checked by the compiler only: calls that are right, and calls that the types refuse. */
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs'
import {
  createAuditLogger,
  getAuditLogger,
  initAuditLogger,
  JsonlLogRecordExporter,
  LosslessBatchLogRecordProcessor,
  withAgent,
  withAuditContext,
  wrapModelCall,
  wrapTool,
} from '../../src/index.ts'
import type { AuditLogger, AuditReceipt, KansaError, KansaErrorCode } from '../../src/index.ts'
import { createMemoryAuditLogger } from '../../src/testing.ts'

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- comparing generic functions compares A and B
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function same<A, B>(proof: Same<A, B>): void

declare const audit: AuditLogger

// Options.
same<ReturnType<typeof initAuditLogger>, AuditLogger>(true)
same<ReturnType<typeof getAuditLogger>, AuditLogger | undefined>(true)
initAuditLogger({ dir: undefined, otlp: [{ url: 'http://127.0.0.1:4318/v1/logs' }], fileMode: '0640', dirMode: 0o750 })
initAuditLogger({ resource: { 'service.name': 'a', shard: 3, canary: true }, loggerProvider: new LoggerProvider() })
initAuditLogger({ onError: error => same<typeof error, KansaError>(true) })
initAuditLogger({ onFailure: { ToolCall: 'block', ApiCall: undefined } })
initAuditLogger({ onFailure: action => (action.kind === 'ToolCall' && action.input.toolName ? 'block' : 'report') })
// @ts-expect-error: such events tell what happened already
createAuditLogger({ onFailure: { Security: 'block' } })
// @ts-expect-error: it cannot be waited for
createAuditLogger({ onFailure: async () => 'block' })
// @ts-expect-error: no such option
createAuditLogger({ directory: './audit' })
// @ts-expect-error: true is no folder
createAuditLogger({ dir: true })
// @ts-expect-error: no such choice
createAuditLogger({ onLocked: 'wait' })
// @ts-expect-error: not a number
createAuditLogger({ maxFileBytes: '100 MB' })
// @ts-expect-error: the exporter always has a folder
export const noFolder = new JsonlLogRecordExporter({ dir: false })

// The parts are OpenTelemetry's.
export const exporter: LogRecordExporter = new JsonlLogRecordExporter()
export const processor: LogRecordProcessor = new LosslessBatchLogRecordProcessor({ exporter })
// @ts-expect-error: nothing to export to
export const noExporter = new LosslessBatchLogRecordProcessor({})

// Inputs.
const receipt = audit.logToolCall({
  toolName: 'shell',
  parameters: new Map(),
  error: new Error('x'),
  spanId: undefined,
})
same<typeof receipt, AuditReceipt>(true)
audit.logSecurityEvent({ severity: 'Info', category: 'An own one', message: 'm', source: 's', context: { n: 1 } })
audit.logAgentStart({ agentName: 'a', startTime: new Date(), timestamp: 0, endTime: '2026-11-22T10:15:30Z' })
// @ts-expect-error: toolName is missing
audit.logToolCall({ callId: 'exec-1' })
// @ts-expect-error: misspelt
audit.logToolCall({ toolName: 'shell', toolname: 'shell' })
// @ts-expect-error: the name of the line, not of the input
audit.logToolCall({ tool_name: 'shell' })
// @ts-expect-error: the method says the status
audit.logAgentStart({ agentName: 'a', status: 'Failed' })
// @ts-expect-error: not a number
audit.logApiCall({ provider: 'p', model: 'm', promptTokens: '12' })
// @ts-expect-error: not a severity
audit.logSecurityEvent({ severity: 'info', category: 'c', message: 'm', source: 's' })
// @ts-expect-error: not a decision
audit.logToolCall({ toolName: 'shell', decision: 'Perhaps' })
// @ts-expect-error: labels are text
audit.logToolCall({ toolName: 'shell', labels: { a: 1 } })
// @ts-expect-error: seq is Kansa's to give
audit.logToolCall({ toolName: 'shell', seq: 1 })
// @ts-expect-error: no entity
audit.logTokenUsage({ tokensConsumed: 1 })

// Runs and wrappers keep the types of what they are given.
same<number, ReturnType<typeof syncRun>>(true)
same<Promise<string>, ReturnType<typeof asyncRun>>(true)
const syncRun = (): number => withAgent({ agentName: 'a', goal: 'g' }, run => run.tokensUsed)
const asyncRun = (): Promise<string> => withAgent({ agentName: 'a', goal: 'g' }, async run => run.runId)
export const contextual: boolean = withAuditContext({ userId: 'u', labels: { a: 'b' } }, () => true)
// @ts-expect-error: a run has a goal
withAgent({ agentName: 'a' }, () => {})

async function read(this: { root: string }, path: string, encoding?: 'utf8'): Promise<string> {
  return `${this.root}${path}${encoding ?? ''}`
}
async function* stream(prompt: string): AsyncGenerator<{ text: string }, number> {
  yield { text: prompt }
  return 1
}
const wrappedRead = wrapTool(read, { toolName: 'read' })
const wrappedStream = wrapModelCall(stream, { provider: 'p', model: 'm' })
same<typeof wrappedRead, typeof read>(true)
same<typeof wrappedStream, typeof stream>(true)
// @ts-expect-error: the tool takes a path
void wrappedRead.call({ root: '/' }, 7)
// @ts-expect-error: a tool has a name
wrapTool(read, {})

// Errors can be matched on their code, and testing loggers serve wherever a logger does.
export function isLocked(error: KansaError): boolean {
  same<typeof error.code, KansaErrorCode>(true)
  // @ts-expect-error: no such code
  return error.code === 'KANSA_LOCKED' || error.code === 'KANSA_DIR_LOCKED'
}
export const inMemory: AuditLogger = createMemoryAuditLogger()
