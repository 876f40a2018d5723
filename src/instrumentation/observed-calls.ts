/** Model and tool calls as an SDK's folder records them: once, by the outermost layer, in the run that makes them. */
import type { ApiCallInput, ToolCallInput } from '../events/inputs.ts'
import { claimAround } from '../pipeline/observe/call-claim.ts'
import { observeCall } from '../pipeline/observe/call.ts'
import { guarded } from '../pipeline/observe/fault.ts'
import { ModelCall } from '../pipeline/observe/model-call.ts'
import type { ModelCallSurroundings } from '../pipeline/observe/model-call.ts'
import { promptOfArguments, textOfContent } from '../pipeline/observe/model-text.ts'
import { ToolCall } from '../pipeline/observe/tool-call.ts'
import type { ToolCallSurroundings } from '../pipeline/observe/tool-call.ts'
import type { PatchedCall } from './patches.ts'

/** What is known of a model call before it is made. `prompt` as the SDK has it; its preview is made from it. */
export type ModelRequest = ApiCallInput &
  Pick<ModelCallSurroundings, 'signal' | 'request' | 'claim' | 'usageOf' | 'responseOf' | 'factsOf'>

/** What is known of a tool call before it is made. */
export type ToolRequest = ToolCallInput & Pick<ToolCallSurroundings, 'signal' | 'previewOf'>

/**
 * A model call that is about to be made, for SDKs that tell of it piece by piece: `begin`, `enter`, `chunk`, `tell`,
 * `end`. Where a layer around has claimed it, that one is told, and there is no record of its own.
 */
export function startModelCall(request: ModelRequest): ModelCall {
  const { signal, request: body, claim, usageOf, responseOf, factsOf, ...input } = request
  if (input.promptPreview === undefined) {
    // Taken down before the call: conversations grow while they are answered.
    const text = textOfContent(input.prompt)
    if (text !== '') input.promptPreview = text
  }
  const outer = claimAround('model')
  const surroundings = { signal, request: body, claim, usageOf, responseOf, factsOf, outer }
  return new ModelCall(input, surroundings)
}

/** A tool call that is about to be made, for SDKs that tell of it piece by piece. */
export function startToolCall(request: ToolRequest): ToolCall {
  const { signal, previewOf, ...input } = request
  return new ToolCall(input, { signal, previewOf, outer: claimAround('tool', input.toolName) })
}

/**
 * Records a patched method's call as a model call: when it returns, when its promise settles, when the stream it gives is
 * read to its end, left or garbage-collected. The caller gets what the SDK returned, or its error. A fault in `describe`
 * costs the record, never the call.
 * @param onResult gets what the method returned at once: it must not consume it
 */
export function observeModelCall(
  call: PatchedCall,
  describe: () => ModelRequest,
  onResult?: (result: unknown) => void,
): unknown {
  const proceed = (): unknown => {
    const result = call.proceed()
    if (onResult !== undefined) guarded('looking at a result', () => onResult(result))
    return result
  }
  return observeCall(call.method, proceed, () => startModelCall(describe()))
}

/** The same for a function that is a tool. */
export function observeToolCall(call: Pick<PatchedCall, 'method' | 'proceed'>, describe: () => ToolRequest): unknown {
  return observeCall(
    call.method,
    () => call.proceed(),
    () => startToolCall(describe()),
  )
}

/** What stands in the usual places of a request: `messages`, `input`, `prompt` or `contents`. */
export function promptIn(request: unknown): unknown {
  return promptOfArguments([request])
}
