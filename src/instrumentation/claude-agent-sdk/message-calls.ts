/**
 * Model calls, of which the agent's process tells by its messages: one message of the model comes in several parts with
 * the same id, one for each block, and perhaps in the provider's own events. Tools run while the model goes on: their
 * results may come between the parts.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import { UsageReader } from '../../pipeline/observe/model-usage.ts'
import type { ModelUsage } from '../../pipeline/observe/model-usage.ts'
import { readData, readDataPath, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { BoundedText } from '../../pipeline/observe/text.ts'
import type { ObservedRun } from '../observed-run.ts'
import { runLogger } from '../permission-events.ts'
import { BEDROCK, providerOfUrl, VERTEX_AI } from '../provider-name.ts'
import type { AgentTree } from './agent-tree.ts'
import { givenText } from '../given-text.ts'

const MAX_WAITING = 100
/** What the process calls a message that no model gave: an error of the provider's. */
const SYNTHETIC = '<synthetic>'

/** One message, until the next one begins. */
interface OpenCall {
  readonly id: string
  readonly model: string
  readonly startMillis: number
  readonly prompt: string
  readonly attempts: number
  readonly usage: UsageReader
  readonly text: BoundedText
  endMillis: number
  /** Parts are told before the model has ended, with the count of output tokens that it began with. */
  isCounted: boolean
  error: string | undefined
}

/** The conversation of one agent. */
interface Thread {
  /** When the model was asked: when what it is asked about had arrived. */
  askedMillis: number
  prompt: string
  attempts: number
  open: OpenCall | undefined
  /** Since the latest result. */
  sums: Sums
}

interface Sums {
  readonly prompt: number
  readonly completion: number
  /** Calls whose output tokens nobody told. */
  readonly uncounted: number
}
const NOTHING: Sums = { prompt: 0, completion: 0, uncounted: 0 }

export class MessageCalls {
  private readonly agents: AgentTree
  private readonly provider: string
  private model: string
  private counted = 0
  /** Prompts of a stream that the agent has not begun to answer: it reads ahead. */
  private readonly waiting: string[] = []
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
        thread.askedMillis = Date.now()
        thread.prompt = textOfContent(readDataPath(message, ['message', 'content']))
    }
  }

  /** The agent is given another prompt. */
  prompted(text: string): void {
    if (this.waiting.length < MAX_WAITING) this.waiting.push(text)
  }

  /** @param prompt what a subagent is to do, as its run begins */
  begin(run: ObservedRun, prompt: string): void {
    this.thread(run).prompt = prompt
  }

  /** The agent's own latest answer is whole; where it was the only one, the result says what it was made of. */
  finish(result: unknown): void {
    const run = this.agents.root
    const thread = this.thread(run)
    const { open } = thread
    if (open !== undefined && !open.isCounted) this.countBy(result, open, thread.sums)
    this.flushThread(run, thread)
    thread.sums = NOTHING
  }

  /** Tokens that messages told since this was asked the last time. */
  countedSinceResult(): number {
    const { counted } = this
    this.counted = 0
    return counted
  }

  /** Tokens of calls that are still open: they are counted when these are recorded. */
  get openTokens(): number {
    const open = [...this.threads.values()].flatMap(thread =>
      thread.open === undefined ? [] : [countsOf(thread.open)],
    )
    return open.reduce((sum, { promptTokens = 0, completionTokens = 0 }) => sum + promptTokens + completionTokens, 0)
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
      thread.prompt = this.waiting.shift() ?? thread.prompt
    } else if (subtype === 'api_retry') {
      thread.attempts++
    }
  }

  private readPart(message: unknown, run: ObservedRun, thread: Thread): void {
    const part = readData(message, 'message')
    const call = this.callOf(part, run, thread)
    call.usage.add(part)
    call.isCounted ||= typeof readData(part, 'stop_reason') === 'string'
    call.endMillis = Date.now()
    call.error = givenText(readData(message, 'error')) ?? call.error
    call.text.add(() => textOfContent(readData(part, 'content')))
  }

  private readEvent(event: unknown, run: ObservedRun, thread: Thread): void {
    if (readData(event, 'type') === 'message_start') this.callOf(readData(event, 'message'), run, thread)
    // Counts are told at the start, and corrected at the end.
    const { open } = thread
    if (open === undefined) return
    open.usage.add(event)
    open.isCounted ||= readData(event, 'type') === 'message_delta'
    open.endMillis = Date.now()
  }

  /** What is left of the result's tokens is this call's, if all others are known and the rest adds up. */
  private countBy(result: unknown, open: OpenCall, sums: Sums): void {
    const total = new UsageReader()
    total.add(result)
    const { promptTokens, completionTokens = 0 } = total.usage()
    const rest = completionTokens - sums.completion
    const isAll = sums.uncounted === 0 && promptTokens === sums.prompt + (open.usage.usage().promptTokens ?? 0)
    if (!isAll || rest <= 0) return
    open.usage.add({ usage: { output_tokens: rest } })
    open.isCounted = true
  }

  private callOf(part: unknown, run: ObservedRun, thread: Thread): OpenCall {
    const id = givenText(readData(part, 'id')) ?? ''
    if (thread.open !== undefined && thread.open.id === id) return thread.open
    this.flushThread(run, thread)
    const { askedMillis: startMillis, prompt, attempts } = thread
    thread.attempts = 1
    const model = givenText(readData(part, 'model')) ?? this.model
    const opened = { id, model, startMillis, prompt, attempts, usage: new UsageReader(), text: new BoundedText() }
    thread.open = { ...opened, endMillis: Date.now(), isCounted: false, error: undefined }
    return thread.open
  }

  private flushThread(run: ObservedRun, thread: Thread): void {
    const { open } = thread
    if (open === undefined) return
    thread.open = undefined
    // The next one is asked when this one has answered, or later.
    thread.askedMillis = Math.max(thread.askedMillis, open.endMillis)
    guarded('recording a model call', () => this.record(run, thread, open))
  }

  private record(run: ObservedRun, thread: Thread, open: OpenCall): void {
    const { id, model, startMillis, endMillis, prompt, attempts, error } = open
    const isSynthetic = model === SYNTHETIC
    const usage = isSynthetic ? {} : countsOf(open)
    const { promptTokens = 0, completionTokens = 0, usageUnknown = false } = usage
    const { sums } = thread
    thread.sums = {
      prompt: sums.prompt + promptTokens,
      completion: sums.completion + completionTokens,
      uncounted: sums.uncounted + (usageUnknown ? 1 : 0),
    }
    this.counted += promptTokens + completionTokens
    run.enter(() =>
      runLogger().logApiCall({
        ...usage,
        provider: this.provider,
        model: isSynthetic ? this.model : model,
        operation: 'chat',
        requestTime: startMillis,
        responseTime: Math.max(startMillis, endMillis),
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
    const created: Thread = { askedMillis: Date.now(), prompt: '', attempts: 1, open: undefined, sums: NOTHING }
    this.threads.set(run, created)
    return created
  }
}

/** A count that the model only began with is none. */
function countsOf({ usage, isCounted }: OpenCall): ModelUsage & { usageUnknown?: true } {
  const counts = usage.usage()
  return isCounted ? counts : { ...counts, completionTokens: undefined, totalTokens: undefined, usageUnknown: true }
}

function providerOf(env: unknown): string {
  if (isOn(readProperty(env, 'CLAUDE_CODE_USE_BEDROCK'))) return BEDROCK
  if (isOn(readProperty(env, 'CLAUDE_CODE_USE_VERTEX'))) return VERTEX_AI
  return providerOfUrl(readPath(env, ['ANTHROPIC_BASE_URL']), 'anthropic')
}

function isOn(value: unknown): boolean {
  return value === '1' || value === 'true'
}
