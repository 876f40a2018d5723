/**
 * Model calls, of which the agent's process tells by its messages: one message of the model comes in several parts with
 * the same id, one for each block, and perhaps in the provider's own events.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import { UsageReader } from '../../pipeline/observe/model-usage.ts'
import { readData, readDataPath, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { BoundedText } from '../../pipeline/observe/text.ts'
import type { ObservedRun } from '../observed-run.ts'
import { runLogger } from '../permission-events.ts'
import { providerOfUrl } from '../provider-name.ts'
import type { AgentTree } from './agent-tree.ts'
import { givenText } from '../given-text.ts'

/** What the process calls a message that no model gave: an error of the provider's. */
const SYNTHETIC = '<synthetic>'

/** One message, until the next one begins. */
interface OpenCall {
  readonly id: string
  readonly model: string
  readonly startMillis: number
  readonly prompt: string
  readonly usage: UsageReader
  readonly text: BoundedText
  endMillis: number
  error: string | undefined
}

/** The conversation of one agent. */
interface Thread {
  /** When the model was asked: when what it is asked about had arrived. */
  askedMillis: number
  prompt: string
  attempts: number
  open: OpenCall | undefined
}

export class MessageCalls {
  private readonly agents: AgentTree
  private readonly provider: string
  private model: string
  private counted = 0
  // By run. Owned by this object, and gone with it.
  private readonly threads = new Map<ObservedRun, Thread>()

  constructor(agents: AgentTree, options: unknown, prompt: string) {
    this.agents = agents
    this.provider = providerOf(readProperty(options, 'env') ?? process.env)
    this.model = givenText(readProperty(options, 'model')) ?? 'unknown'
    this.thread(agents.root).prompt = prompt
  }

  read(message: unknown): void {
    const run = this.agents.runOf(message)
    const thread = this.thread(run)
    switch (readData(message, 'type')) {
      case 'system':
        return this.readNotice(message, thread)
      case 'assistant':
        return this.readPart(message, run, thread)
      case 'stream_event':
        return this.readEvent(readData(message, 'event'), run, thread)
      case 'user':
        this.flushThread(run, thread)
        thread.askedMillis = Date.now()
        thread.prompt = textOfContent(readDataPath(message, ['message', 'content']))
    }
  }

  /** Tokens that messages told since this was asked the last time. */
  countedSinceResult(): number {
    const { counted } = this
    this.counted = 0
    return counted
  }

  /** Records what is still open, of one run or of all: no more of it will come. */
  flush(only?: ObservedRun): void {
    for (const [run, thread] of this.threads) if (only === undefined || only === run) this.flushThread(run, thread)
  }

  private readNotice(message: unknown, thread: Thread): void {
    const subtype = readData(message, 'subtype')
    if (subtype === 'init') {
      this.model = givenText(readData(message, 'model')) ?? this.model
      thread.askedMillis = Date.now()
    } else if (subtype === 'api_retry') {
      thread.attempts++
    }
  }

  private readPart(message: unknown, run: ObservedRun, thread: Thread): void {
    const part = readData(message, 'message')
    const call = this.callOf(part, run, thread)
    call.usage.add(part)
    call.endMillis = Date.now()
    call.error = givenText(readData(message, 'error')) ?? call.error
    call.text.add(() => textOfContent(readData(part, 'content')))
  }

  private readEvent(event: unknown, run: ObservedRun, thread: Thread): void {
    if (readData(event, 'type') === 'message_start') this.callOf(readData(event, 'message'), run, thread)
    // Counts are told at the start, and corrected at the end.
    thread.open?.usage.add(event)
    if (thread.open !== undefined) thread.open.endMillis = Date.now()
  }

  private callOf(part: unknown, run: ObservedRun, thread: Thread): OpenCall {
    const id = givenText(readData(part, 'id')) ?? ''
    if (thread.open !== undefined && thread.open.id === id) return thread.open
    this.flushThread(run, thread)
    const { askedMillis: startMillis, prompt } = thread
    const model = givenText(readData(part, 'model')) ?? this.model
    const opened = { id, model, startMillis, prompt, usage: new UsageReader(), text: new BoundedText() }
    thread.open = { ...opened, endMillis: Date.now(), error: undefined }
    return thread.open
  }

  private flushThread(run: ObservedRun, thread: Thread): void {
    const { open, attempts } = thread
    if (open === undefined) return
    thread.open = undefined
    thread.attempts = 1
    // The next one is asked when this one has answered, or later.
    thread.askedMillis = open.endMillis
    guarded('recording a model call', () => this.record(run, open, attempts))
  }

  private record(run: ObservedRun, open: OpenCall, attempts: number): void {
    const { id, model, startMillis, endMillis, prompt, error } = open
    const isSynthetic = model === SYNTHETIC
    const usage = isSynthetic ? {} : open.usage.usage()
    this.counted += (usage.promptTokens ?? 0) + (usage.completionTokens ?? 0)
    run.enter(() =>
      runLogger().logApiCall({
        ...usage,
        provider: this.provider,
        model: isSynthetic ? this.model : model,
        operation: 'chat',
        requestTime: startMillis,
        latencyMs: Math.max(0, endMillis - startMillis),
        attempts,
        prompt,
        ...(isSynthetic || error !== undefined
          ? { error: open.text.text || error || 'failed', errorType: error ?? 'error' }
          : { response: open.text.text, responseModel: model, responseId: id === '' ? undefined : id }),
      }),
    )
  }

  private thread(run: ObservedRun): Thread {
    const known = this.threads.get(run)
    if (known !== undefined) return known
    const created: Thread = { askedMillis: Date.now(), prompt: '', attempts: 1, open: undefined }
    this.threads.set(run, created)
    return created
  }
}

function providerOf(env: unknown): string {
  if (isOn(readProperty(env, 'CLAUDE_CODE_USE_BEDROCK'))) return 'aws.bedrock'
  if (isOn(readProperty(env, 'CLAUDE_CODE_USE_VERTEX'))) return 'gcp.vertex_ai'
  return providerOfUrl(readPath(env, ['ANTHROPIC_BASE_URL']), 'anthropic')
}

function isOn(value: unknown): boolean {
  return value === '1' || value === 'true'
}
