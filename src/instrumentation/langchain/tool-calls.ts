/** Tools, where all their surfaces meet: called by a graph's tool node, by an agent, or by hand. */
import { observeCall } from '../../pipeline/observe/call.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import type { CallObserver, CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readData, readProperty } from '../../pipeline/observe/property.ts'
import { startToolCall } from '../observed-calls.ts'
import type { ToolRequest } from '../observed-calls.ts'
import type { PatchedCall, Patches } from '../patches.ts'
import { approvalOf } from './approvals.ts'
import { isBubbleUp, signalIn } from './sdk-objects.ts'
import { givenText } from '../given-text.ts'

export function attachToTools(prototype: unknown, patches: Patches): void {
  // Checks the arguments too: a model that gives wrong ones has a failed call.
  patches.method(prototype, 'call', call =>
    observeCall(
      call.method,
      () => call.proceed(),
      () => observerOf(call),
    ),
  )
}

function observerOf({ self, args }: PatchedCall): CallObserver {
  const call = startToolCall(toolRequest(self, args[0], args[1]))
  return {
    begin: () => call.begin(),
    enter: step => call.enter(step),
    chunk: value => call.chunk(value),
    end: outcome => call.end(outcomeOf(outcome)),
  }
}

/** @param input the arguments, or a tool call of the model's with them; the id may come in `config` instead */
function toolRequest(tool: unknown, input: unknown, config: unknown): ToolRequest {
  const isCall = readData(input, 'type') === 'tool_call'
  const callId = givenText(isCall ? readData(input, 'id') : readData(readData(config, 'toolCall'), 'id'))
  return {
    toolName: givenText(readProperty(tool, 'name')) ?? 'unknown',
    callId,
    parameters: isCall ? readData(input, 'args') : input,
    signal: signalIn(config),
    previewOf,
    ...approvalOf(callId),
  }
}

function outcomeOf(outcome: CallOutcome): CallOutcome {
  // The tool has asked somebody: it is called anew with the answer.
  if (outcome.kind === 'threw' && isBubbleUp(outcome.error)) return { kind: 'returned', value: undefined }
  if (outcome.kind !== 'returned' || readData(outcome.value, 'status') !== 'error') return outcome
  const isMessage = readData(outcome.value, 'tool_call_id') !== undefined
  return isMessage
    ? { kind: 'returned', value: { isError: true, content: readData(outcome.value, 'content') } }
    : outcome
}

/** A tool's result is wrapped in a message for the model. */
function previewOf(result: unknown): string | undefined {
  if (readData(result, 'content') === undefined) return undefined
  const text = textOfContent(result)
  return text === '' ? undefined : text
}
