/** `wrapModelCall`: a function of the same type whose calls to a model provider are in the audit log. */
import type { ApiCallInput } from '../events/inputs.ts'
import type { AuditLogger } from './audit-api.ts'
import { observeCall } from './observe/call.ts'
import { guarded, guardedCallback } from './observe/fault.ts'
import { ModelCall } from './observe/model-call.ts'
import { promptOfArguments, textOfContent } from './observe/model-text.ts'
import type { ModelUsage } from './observe/model-usage.ts'
import { checkOption, fromArguments } from './observe/options.ts'
import type { AnyFunction, FromArguments, ItemOf } from './observe/options.ts'
import { abortSignalIn } from './observe/origin.ts'

const UNKNOWN_MODEL = 'unknown'

export interface WrapModelCallOptions<F extends AnyFunction> {
  /** For example `openai`. */
  provider: string
  /** The model that is asked for. */
  model: FromArguments<F, string>
  /** Default: the current run's agent, else `provider/model`. */
  actorId?: FromArguments<F, string> | undefined
  callId?: FromArguments<F, string> | undefined
  /** OpenTelemetry's operation name: `chat`, `embeddings`, `generate_content` … */
  operation?: FromArguments<F, string> | undefined
  /** What the model is asked. Default: `messages`, `input`, `prompt` or `contents` of the first argument, else all. */
  prompt?: ((...args: Parameters<F>) => unknown) | undefined
  /**
   * Token counts in the result; in each item where the result is a stream, where later counts replace earlier ones.
   * Default: read in the shapes of openai, anthropic, Gemini, the AI SDK and LangChain.
   */
  usage?: ((result: ItemOf<F>) => ModelUsage | undefined) | undefined
  /** What the model answered; the text of each item where the result is a stream. Default as for `usage`. */
  response?: ((result: ItemOf<F>) => unknown) | undefined
  /** Default: the enclosing run's logger, else the process-wide one. */
  logger?: AuditLogger | undefined
}

/**
 * Returns `fn` with every call recorded as an `ApiCall`: when it returns, when its promise settles, when the stream it
 * gives is read to its end, left or garbage-collected. Result, error, `this` and laziness are unchanged; a promise with
 * methods of its own (`withResponse()`) keeps them. Of a stream's text the first 4,096 characters are kept. Where no
 * token counts are told, the record says so (`usage_unknown`).
 *
 * Where the logger's `onFailure` is `block`, a call whose intention cannot be stored is refused with
 * `KANSA_NOT_RECORDED`; where a `TokenBudget` of the context is enforced and too small, with `KANSA_BUDGET_EXCEEDED`: an
 * `async` function rejects, every other one throws. It is then not called.
 * @throws KansaError `KANSA_INVALID_OPTION` when `fn` is no function, or `provider` or `model` no text
 */
export function wrapModelCall<F extends AnyFunction>(fn: F, options: WrapModelCallOptions<F>): F {
  const { provider, model } = options
  checkOption(typeof fn === 'function', 'wrapModelCall', 'a function as its first argument')
  checkOption(typeof provider === 'string', 'wrapModelCall', 'a string as the option provider')
  checkOption(
    ['string', 'function'].includes(typeof model),
    'wrapModelCall',
    'a string or function as the option model',
  )
  return new Proxy(fn, {
    apply: (target, self: unknown, args: unknown[]): unknown =>
      observeCall(
        target,
        () => Reflect.apply(target, self, args),
        () => modelCallOf(options, args),
      ),
  })
}

function modelCallOf<F extends AnyFunction>(options: WrapModelCallOptions<F>, args: readonly unknown[]): ModelCall {
  const { provider, logger, usage: usageOf, response: responseOf } = options
  // A call of which little can be told is announced and recorded all the same.
  const input = guarded('reading the options', () => inputOf(options, args)) ?? { provider, model: UNKNOWN_MODEL }
  return new ModelCall(input, { signal: abortSignalIn(args), request: args[0], logger, usageOf, responseOf })
}

function inputOf<F extends AnyFunction>(options: WrapModelCallOptions<F>, args: readonly unknown[]): ApiCallInput {
  const from = fromArguments<F>(args)
  const prompt = promptOf(options, args)
  const text = textOfContent(prompt)
  const model: unknown = from('model', options.model)
  return {
    provider: options.provider,
    model: typeof model === 'string' ? model : UNKNOWN_MODEL,
    actorId: from('actorId', options.actorId),
    callId: from('callId', options.callId),
    operation: from('operation', options.operation),
    prompt,
    // Taken down before the call: conversations grow while they are answered.
    promptPreview: text === '' ? undefined : text,
  }
}

function promptOf<F extends AnyFunction>(options: WrapModelCallOptions<F>, args: readonly unknown[]): unknown {
  const { prompt } = options
  const told = prompt && guardedCallback('prompt', () => Reflect.apply(prompt, undefined, args))
  return told ?? promptOfArguments(args)
}
