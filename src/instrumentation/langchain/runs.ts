/**
 * Runs: each call of a graph, which is what agents are, also inside of another one; and each call of a chain that is not
 * inside of anything.
 */
import { currentAuditContext } from '../../pipeline/audit-context.ts'
import { withoutClaims } from '../../pipeline/observe/call-claim.ts'
import { observeCall } from '../../pipeline/observe/call.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import type { CallObserver, CallOutcome } from '../../pipeline/observe/outcome.ts'
import { isObject, readData, readDataPath, readProperty } from '../../pipeline/observe/property.ts'
import { ActiveRun } from '../../pipeline/with-agent.ts'
import type { AgentOptions } from '../../pipeline/with-agent.ts'
import type { PatchedCall, Patches } from '../patches.ts'
import { attachToApprovals } from './approvals.ts'
import { attachToConsumers, onConsumerLeaving } from './consumers.ts'
import { callMethod, isBubbleUp, ownerOf, signalIn, unlessAborted } from './sdk-objects.ts'
import { givenText } from '../given-text.ts'

interface RunKind {
  readonly methods: readonly string[]
  readonly onlyAsRoot: boolean
}

interface RunClass extends RunKind {
  readonly className: string
}

/** `invoke()`, `stream()` and `streamEvents()` all read this one generator, whatever becomes of the stream outside. */
export const GRAPH: RunClass = { className: 'Pregel', methods: ['_streamIterator'], onlyAsRoot: false }

/** Prompts and parsers are chains for LangChain's callbacks too, but nobody's agent. */
export const CHAINS: readonly RunClass[] = [
  { className: 'RunnableSequence', methods: ['invoke', 'batch', '_streamIterator'], onlyAsRoot: true },
  { className: 'RunnableMap', methods: ['invoke', 'transform'], onlyAsRoot: true },
  { className: 'RunnableLambda', methods: ['invoke', 'transform'], onlyAsRoot: true },
  { className: 'RunnableWithFallbacks', methods: ['invoke', 'batch', '_streamIterator'], onlyAsRoot: true },
]

export function attachToRuns({ methods, onlyAsRoot }: RunKind, prototype: unknown, patches: Patches): void {
  if (!onlyAsRoot) attachToConsumers(prototype, patches)
  for (const method of methods) {
    if (typeof readProperty(prototype, method) !== 'function') continue
    patches.method(prototype, method, call => {
      if (onlyAsRoot && currentAuditContext()?.run !== undefined) return call.proceed()
      guarded('attaching to the nodes of a graph', () => attachToNodes(call.self, patches))
      return observeCall(
        call.method,
        () => call.proceed(),
        () => observerOf(call),
      )
    })
  }
}

/** The nodes that middleware runs in belong to no export: they are met in the graphs that have them. */
function attachToNodes(graph: unknown, patches: Patches): void {
  const nodes = readData(graph, 'nodes')
  if (!isObject(nodes)) return
  for (const node of Object.values(nodes)) {
    const owner = ownerOf(readData(node, 'bound'), 'invokeMiddleware')
    if (owner !== undefined) attachToApprovals(owner, patches)
  }
}

function observerOf({ self, args }: PatchedCall): CallObserver {
  const run = new ActiveRun(agentOptions(self, args[0], args[1]))
  let isPaused = false
  let hasEnded = false
  const end = (outcome: CallOutcome): void => {
    if (hasEnded) return
    hasEnded = true
    const ended = outcomeOf(outcome, run.signal)
    if (isPaused || (outcome.kind === 'threw' && ended.kind === 'returned')) run.progress()
    run.end(ended)
  }
  onConsumerLeaving(hasLeft => {
    // Who leaves a paused graph leaves nothing undone, even if the graph is then aborted.
    if (isPaused) end({ kind: 'returned', value: undefined })
    else if (hasLeft) end({ kind: 'streamed', aborted: true })
  })
  return {
    begin: () => run.begin(),
    enter: step => withoutClaims(() => run.enter(step)),
    chunk: chunk => (isPaused ||= isInterrupted(chunk)),
    end,
  }
}

/** @param config of one call, or a list of them for a batch */
function agentOptions(runnable: unknown, input: unknown, config: unknown): AgentOptions {
  const options = Array.isArray(config) ? config[0] : config
  const threadId = readDataPath(options, ['configurable', 'thread_id'])
  const hasSession = currentAuditContext()?.sessionId !== undefined
  return {
    agentName: runNameIn(options) ?? givenText(callMethod(runnable, 'getName')) ?? 'unknown',
    goal: goalOf(input),
    signal: signalIn(options),
    ...(!hasSession && { sessionId: givenText(threadId) }),
  }
}

/** The name of this call; not that of the node or tool around, which has it in the configuration that it hands on. */
function runNameIn(options: unknown): string | undefined {
  const name = givenText(readData(options, 'runName'))
  const around = [readDataPath(options, ['metadata', 'langgraph_node']), readDataPath(options, ['toolCall', 'name'])]
  return around.includes(name) ? undefined : name
}

/** What was said last, mostly by a person; for other inputs their text. A paused graph goes on with an answer. */
function goalOf(input: unknown): string {
  if (readData(input, 'resume') !== undefined) return 'resume'
  const messages = readData(input, 'messages')
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : messages
  // Also a pair of role and text.
  const said = Array.isArray(last) ? last.at(-1) : last
  return textOfContent(said ?? readData(input, 'input') ?? readData(input, 'question') ?? input)
}

function isInterrupted(chunk: unknown): boolean {
  // Of several kinds of chunks at once, each comes behind its kind.
  const value: unknown = Array.isArray(chunk) ? chunk.at(-1) : chunk
  return readData(value, '__interrupt__') !== undefined
}

/** A graph ends so also where its consumer just leaves, which stops the graph. */
function outcomeOf(outcome: CallOutcome, signal: AbortSignal | undefined): CallOutcome {
  const isPause = outcome.kind === 'threw' && isBubbleUp(outcome.error)
  return isPause ? { kind: 'returned', value: undefined } : unlessAborted(outcome, signal)
}
