/**
 * The AI SDK's telemetry, as version 7 tells it to everything in `globalThis.AI_SDK_TELEMETRY_INTEGRATIONS`: no module is
 * needed, so that applications which a bundler has put together are audited too.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { UsageReader } from '../../pipeline/observe/model-usage.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readData, readDataPath } from '../../pipeline/observe/property.ts'
import { observeStep } from '../../pipeline/observe/settling.ts'
import { noteAttachment } from '../attachments.ts'
import type { ModelRequest, ToolRequest } from '../observed-calls.ts'
import { noteTools } from '../tool-registry.ts'
import { AiRun } from './ai-run.ts'
import { agentOptions, modelRequest } from './described.ts'
import { isRecordedByCall, outsideOfSdk, takeUntold } from './layers.ts'
import { SDK_NAME } from './settings.ts'
import { executableTools } from './tools.ts'
import { UnwrappedCalls } from './unwrapped-calls.ts'

/** More operations at once than any process has. */
const MAX_OPERATIONS = 10_000

/** Those that are no agent's run. */
const RUNLESS = new Set(['ai.embed', 'ai.embedMany', 'ai.rerank'])
const RUNS = new Set(['ai.generateText', 'ai.streamText', 'ai.generateObject', 'ai.streamObject'])

interface Operation {
  readonly run?: AiRun | undefined
  /** Weak: its listeners may refer to what the SDK keeps for as long as the operation can go on. */
  readonly signal?: WeakRef<AbortSignal> | undefined
  readonly unwrapped?: UnwrappedCalls | undefined
  /** Why it must not go on. It is said at its first model call: what `onStart` throws is ignored. */
  readonly refusal?: { readonly error: unknown } | undefined
}

interface Wrapped {
  execute(): unknown
}

/** An integration for that array: each method gets an event, or a call to wrap. */
export class AuditTelemetry {
  // Owned by this object, by the SDK's id of the operation.
  private readonly operations = new Map<unknown, Operation>()
  private readonly onOldVersion: () => void

  /** @param onOldVersion is called when a version tells of its calls that tells too little */
  constructor(onOldVersion: () => void) {
    this.onOldVersion = onOldVersion
  }

  /** A function of its own for each operation, which the SDK keeps for as long as the operation can go on. */
  get onStart(): (event: unknown) => void {
    const token = (event: unknown): void => {
      guarded('reading telemetry', () => this.start(event, token))
    }
    return token
  }

  executeLanguageModelCall(call: Wrapped): unknown {
    const operation = this.operationOf(call)
    if (operation?.refusal !== undefined) throw operation.refusal.error
    const make = (): unknown => call.execute()
    const describe = (): ModelRequest => ({ ...modelRequest('chat', call, call), signal: operation?.signal?.deref() })
    return operation?.run?.calls.attempt(undefined, describe, make) ?? make()
  }

  onLanguageModelCallEnd(event: unknown): void {
    guarded('reading telemetry', () => {
      const usage = new UsageReader()
      usage.add(event)
      const firstMillis = readDataPath(event, ['performance', 'timeToFirstOutputMs'])
      this.operationOf(event)?.run?.calls.endStreaming({
        ...usage.usage(),
        response: saidIn(readData(event, 'content')),
        timeToFirstTokenMs: typeof firstMillis === 'number' ? Math.round(firstMillis) : undefined,
      })
    })
  }

  executeTool(call: Wrapped): unknown {
    const make = (): unknown => outsideOfSdk(() => call.execute())
    const { run, signal } = this.operationOf(call) ?? {}
    const request = toolRequest(call)
    if (run === undefined || request === undefined) return make()
    const observed = run.beginTool({ ...request, signal: signal?.deref() })
    return observeStep(() => run.enter(() => observed.enter(make)), {
      ended: false,
      // What it returned is told by `onToolExecutionEnd`.
      fulfilled: () => {},
      rejected: error => observed.end({ kind: 'threw', error }),
    })
  }

  onToolExecutionEnd(event: unknown): void {
    guarded('reading telemetry', () => {
      const callId = readDataPath(event, ['toolCall', 'toolCallId'])
      const output = readData(event, 'toolOutput')
      const outcome: CallOutcome =
        readData(output, 'type') === 'tool-error'
          ? { kind: 'threw', error: readData(output, 'error') }
          : { kind: 'returned', value: readData(output, 'output') }
      if (typeof callId === 'string') this.operationOf(event)?.run?.endTool(callId, outcome)
    })
  }

  onStepEnd(event: unknown): void {
    guarded('reading telemetry', () => this.operationOf(event)?.run?.approvals.readStep(readData(event, 'content')))
  }

  onObjectStepStart(event: unknown): void {
    guarded('reading telemetry', () => this.operationOf(event)?.unwrapped?.begin('chat', event))
  }

  onObjectStepEnd(event: unknown): void {
    this.answered(event)
  }

  onEmbedStart(event: unknown): void {
    guarded('reading telemetry', () => this.operationOf(event)?.unwrapped?.begin('embeddings', event))
  }

  onEmbedEnd(event: unknown): void {
    this.answered(event)
  }

  onRerankStart(event: unknown): void {
    guarded('reading telemetry', () => this.operationOf(event)?.unwrapped?.begin('rerank', event))
  }

  onRerankEnd(event: unknown): void {
    this.answered(event)
  }

  onEnd(event: unknown): void {
    this.end(event, { kind: 'returned', value: undefined })
  }

  onAbort(event: unknown): void {
    this.end(event, { kind: 'streamed', aborted: true })
  }

  onError(event: unknown): void {
    this.end(event, { kind: 'threw', error: readData(event, 'error') })
  }

  private start(event: unknown, token: object): void {
    if (isRecordedByCall()) return
    const callId = readData(event, 'callId')
    if (callId === undefined) return this.onOldVersion()
    const operation = this.begun(event)
    if (operation === undefined) return
    const version = readData(event, 'aiVersion')
    noteAttachment({ sdk: SDK_NAME, module: SDK_NAME, version: typeof version === 'string' ? version : undefined })
    const { operations } = this
    if (operations.size >= MAX_OPERATIONS) operations.clear()
    operations.set(callId, operation)
    operation.run?.endsWith(token, () => operations.delete(callId))
  }

  private begun(event: unknown): Operation | undefined {
    const id = readData(event, 'operationId')
    if (typeof id !== 'string') return undefined
    if (RUNLESS.has(id)) return { unwrapped: new UnwrappedCalls(step => step()) }
    if (!RUNS.has(id)) return undefined
    const { agentId, signal } = takeUntold()
    const name = { functionId: readData(event, 'functionId'), agentId, operation: id.slice('ai.'.length) }
    const abortSignal = signal instanceof AbortSignal ? signal : undefined
    noteTools(SDK_NAME, executableTools(readData(event, 'tools')))
    try {
      const options = { ...agentOptions(event, name), ...(abortSignal !== undefined && { signal: abortSignal }) }
      const run = new AiRun(options, readData(event, 'messages'))
      return {
        run,
        signal: abortSignal === undefined ? undefined : new WeakRef(abortSignal),
        unwrapped: new UnwrappedCalls(step => run.enter(step)),
      }
    } catch (error) {
      return { refusal: { error } }
    }
  }

  private answered(event: unknown): void {
    guarded('reading telemetry', () => this.operationOf(event)?.unwrapped?.answered(event))
  }

  private operationOf(event: unknown): Operation | undefined {
    return this.operations.get(readData(event, 'callId'))
  }

  private end(event: unknown, outcome: CallOutcome): void {
    guarded('reading telemetry', () => {
      const operation = this.operationOf(event)
      this.operations.delete(readData(event, 'callId'))
      operation?.unwrapped?.end(outcome)
      operation?.run?.end(outcome)
    })
  }
}

/** Without what a provider adds for itself: Anthropic's begins with a whole event of its stream. */
function saidIn(content: unknown): unknown {
  return Array.isArray(content) ? content.filter(part => readData(part, 'type') !== 'custom') : content
}

function toolRequest(call: unknown): (ToolRequest & { callId: string }) | undefined {
  const toolCall = readData(call, 'toolCall')
  const toolName = readData(toolCall, 'toolName')
  const callId = readData(call, 'toolCallId')
  if (typeof toolName !== 'string' || typeof callId !== 'string') return undefined
  return { toolName, callId, parameters: readData(toolCall, 'input') }
}
