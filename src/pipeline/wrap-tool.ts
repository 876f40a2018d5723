/** `wrapTool`: a function of the same type whose calls are in the audit log. */
import type { TimeInput, ToolCallInput } from '../events/inputs.ts'
import { textOf } from '../events/json-text.ts'
import type { DeciderType, PermissionDecision } from '../events/kinds.ts'
import type { AuditLogger } from './audit-api.ts'
import { observeCall } from './observe/call.ts'
import { guarded, guardedCallback } from './observe/fault.ts'
import { checkOption, fromArguments } from './observe/options.ts'
import type { AnyFunction, FromArguments, ItemOf } from './observe/options.ts'
import { abortSignalIn } from './observe/origin.ts'
import { ToolCall } from './observe/tool-call.ts'

/** Every field but `toolName` and the callbacks may be a value or a function of the call's arguments. */
export interface WrapToolOptions<F extends AnyFunction> {
  toolName: string
  /** Default: the current run's agent, else the tool. */
  actorId?: FromArguments<F, string> | undefined
  /** Default: a new UUID. */
  callId?: FromArguments<F, string> | undefined
  /** What to record as parameters. Default: the argument, or all of them as a list when there are several. */
  parameters?: ((...args: Parameters<F>) => unknown) | undefined
  /** Text of the result; of each item where the result is a stream. Default: a string as it is, else JSON. */
  outputPreview?: ((result: ItemOf<F>) => string) | undefined
  sandboxPolicy?: FromArguments<F, string> | undefined
  toolServer?: FromArguments<F, string> | undefined
  toolVersion?: FromArguments<F, string> | undefined
  /** Default: true unless `decision` is `Deny`. Recorded only: it blocks nothing. False when `onFailure` refuses the call. */
  permissionGranted?: FromArguments<F, boolean> | undefined
  decision?: FromArguments<F, PermissionDecision> | undefined
  decidedBy?: FromArguments<F, string> | undefined
  decidedByType?: FromArguments<F, DeciderType> | undefined
  decisionReason?: FromArguments<F, string> | undefined
  decidedAt?: FromArguments<F, TimeInput> | undefined
  policyName?: FromArguments<F, string> | undefined
  policyVersion?: FromArguments<F, string> | undefined
  /** Default: the enclosing run's logger, else the process-wide one. */
  logger?: AuditLogger | undefined
}

/**
 * Returns `fn` with every call recorded as a `ToolCall`: when it returns, when its promise settles, when the iterator or
 * stream it gives is read to its end, left or garbage-collected. Result, error, `this` and laziness are unchanged; a
 * result with `isError: true` (MCP) is a failed call. What `parameters` says is taken down before the tool runs.
 *
 * Where the logger's `onFailure` is `block`, a call whose intention cannot be stored is refused with
 * `KANSA_NOT_RECORDED`: an `async` function rejects, every other one throws. It is then not called.
 * @throws KansaError `KANSA_INVALID_OPTION` when `fn` is no function or `toolName` no text
 */
export function wrapTool<F extends AnyFunction>(fn: F, options: WrapToolOptions<F>): F {
  checkOption(typeof fn === 'function', 'wrapTool', 'a function as its first argument')
  checkOption(typeof options.toolName === 'string', 'wrapTool', 'a string as the option toolName')
  return new Proxy(fn, {
    apply: (target, self: unknown, args: unknown[]): unknown =>
      observeCall(
        target,
        () => Reflect.apply(target, self, args),
        () => toolCallOf(options, args),
      ),
  })
}

function toolCallOf<F extends AnyFunction>(options: WrapToolOptions<F>, args: readonly unknown[]): ToolCall {
  const { toolName, logger } = options
  // A call of which little can be told is announced and recorded all the same.
  const input = guarded('reading the options', () => inputOf(options, args)) ?? { toolName }
  return new ToolCall(input, { signal: abortSignalIn(args), logger, previewOf: previewerOf(options) })
}

/** Made apart from the arguments: a result may be one of them, and must stay collectable. */
function previewerOf<F extends AnyFunction>({
  outputPreview,
}: WrapToolOptions<F>): ((result: unknown) => string | undefined) | undefined {
  if (outputPreview === undefined) return undefined
  return result => {
    const preview = guardedCallback('outputPreview', () => Reflect.apply(outputPreview, undefined, [result]))
    return typeof preview === 'string' ? preview : undefined
  }
}

function inputOf<F extends AnyFunction>(options: WrapToolOptions<F>, args: readonly unknown[]): ToolCallInput {
  const from = fromArguments<F>(args)
  return {
    toolName: options.toolName,
    actorId: from('actorId', options.actorId),
    callId: from('callId', options.callId),
    parameters: textOf(parametersOf(options, args)),
    sandboxPolicy: from('sandboxPolicy', options.sandboxPolicy),
    toolServer: from('toolServer', options.toolServer),
    toolVersion: from('toolVersion', options.toolVersion),
    permissionGranted: from('permissionGranted', options.permissionGranted),
    decision: from('decision', options.decision),
    decidedBy: from('decidedBy', options.decidedBy),
    decidedByType: from('decidedByType', options.decidedByType),
    decisionReason: from('decisionReason', options.decisionReason),
    decidedAt: from('decidedAt', options.decidedAt),
    policyName: from('policyName', options.policyName),
    policyVersion: from('policyVersion', options.policyVersion),
  }
}

function parametersOf<F extends AnyFunction>(options: WrapToolOptions<F>, args: readonly unknown[]): unknown {
  const { parameters } = options
  const told = parameters && guardedCallback('parameters', () => Reflect.apply(parameters, undefined, args))
  if (told !== undefined) return told
  // No argument is no parameters, `{}`: what a model sends for a tool that takes none.
  return args.length === 0 ? {} : args.length === 1 ? args[0] : args
}
