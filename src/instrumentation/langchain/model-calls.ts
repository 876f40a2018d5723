/** Calls of chat models and of text models, where all their surfaces meet: behind the cache, before the provider's package. */
import type { ApiCallInput } from '../../events/inputs.ts'
import { boundToClaims, CallClaim, countAttempt } from '../../pipeline/observe/call-claim.ts'
import { observeCall } from '../../pipeline/observe/call.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { countOf } from '../../pipeline/observe/model-usage.ts'
import type { ModelUsage } from '../../pipeline/observe/model-usage.ts'
import type { CallObserver } from '../../pipeline/observe/outcome.ts'
import { readProperty } from '../../pipeline/observe/property.ts'
import { startModelCall } from '../observed-calls.ts'
import { boundToRun } from '../observed-run.ts'
import type { PatchedCall, Patches } from '../patches.ts'
import { noteTools } from '../tool-registry.ts'
import { modelRequest, responseIdIn, toolNames } from './model-request.ts'
import { ownerOf, signalIn, unlessAborted } from './sdk-objects.ts'

const NAME = 'langchain'

export function attachToModels(prototype: unknown, patches: Patches): void {
  patches.method(prototype, '_generateUncached', call => generate(call, patches))
  patches.method(prototype, '_streamIterator', call => observe(call, call.args[0], call.args[1]))
}

function observe(call: PatchedCall, prompt: unknown, options: unknown): unknown {
  guarded('noting tools', () => noteTools(NAME, toolNames(options)))
  return observeCall(
    call.method,
    () => call.proceed(),
    () => observerOf(call.self, prompt, options),
  )
}

function observerOf(model: unknown, prompt: unknown, options: unknown): CallObserver {
  const claim = new CallClaim('model')
  const call = startModelCall({ ...modelRequest(model, prompt, options), claim })
  const signal = signalIn(options)
  // Kept weakly: its listeners may refer to the result, which must stay collectable.
  const weakly = signal === undefined ? undefined : new WeakRef(signal)
  let responseId: string | undefined
  return {
    begin: () => call.begin(),
    enter: step => call.enter(step),
    chunk: value => {
      responseId ??= responseIdIn(value)
      call.chunk(value)
    },
    end: outcome => {
      if (outcome.kind === 'returned') responseId ??= responseIdIn(outcome.value)
      if (claim.facts['responseId'] === undefined) call.tell({ responseId })
      call.tell(countsOf(claim))
      call.end(unlessAborted(outcome, weakly?.deref()))
    },
  }
}

/**
 * What the provider's own client counted. LangChain adds up the chunks of a stream, also where a service tells the sum so
 * far in each of them; but only LangChain knows what several requests took together.
 */
function countsOf({ attempts, facts }: CallClaim): Partial<ApiCallInput> {
  const count = (name: keyof ModelUsage): number | undefined => countOf(facts[name])
  const promptTokens = count('promptTokens')
  const completionTokens = count('completionTokens')
  if (attempts !== 1 || promptTokens === undefined || completionTokens === undefined) return {}
  return {
    promptTokens,
    completionTokens,
    totalTokens: count('totalTokens') ?? promptTokens + completionTokens,
    cacheReadTokens: count('cacheReadTokens'),
    cacheWriteTokens: count('cacheWriteTokens'),
    reasoningTokens: count('reasoningTokens'),
  }
}

/**
 * A chat model is called once for each of the conversations that it is given: where they are more than one, each call is
 * observed where the model's own class makes it.
 */
function generate(call: PatchedCall, patches: Patches): unknown {
  const [prompts, options] = call.args
  if (!Array.isArray(prompts)) return call.proceed()
  const isChat = prompts.every(prompt => Array.isArray(prompt))
  if (!isChat) return observe(call, prompts, options)
  if (prompts.length === 1) return observe(call, prompts[0], options)
  guarded('attaching to a model', () => {
    const owner = ownerOf(call.self, '_generate')
    // A method of the object itself would be patched anew for each object.
    if (owner === call.self) return
    patches.method(owner, '_generate', ({ self, args, ...rest }) => observe({ self, args, ...rest }, args[0], args[1]))
  })
  return call.proceed()
}

/**
 * The queue in which the provider's package is called, again and again until that succeeds. Where it is limited, a call
 * starts when another one ends, and in that one's context: it is brought back to its own.
 */
export function attachToQueue(prototype: unknown, patches: Patches): void {
  const name = typeof readProperty(prototype, 'callWithRetries') === 'function' ? 'callWithRetries' : 'call'
  patches.method(prototype, name, ({ args, proceed }) =>
    proceed(args.map(argument => (typeof argument === 'function' ? attempted(argument) : argument))),
  )
}

function attempted(callable: object): unknown {
  const attempt = (...given: unknown[]): unknown => {
    countAttempt(NAME)
    return typeof callable === 'function' ? Reflect.apply(callable, undefined, given) : undefined
  }
  return guarded('keeping a context', () => boundToRun(boundToClaims(attempt))) ?? callable
}
