/** A tool call as the model asked for it: in the details of a hook, in an item of a run. */
import { readProperty } from '../../pipeline/observe/property.ts'
import { givenText } from '../given-text.ts'

export interface AskedCall {
  readonly toolName: string
  readonly callId: string | undefined
  readonly parameters: unknown
}

/** The call in an item that waits for approval, or that a run has made. */
export function callOfItem(item: unknown): AskedCall {
  const raw = readProperty(item, 'rawItem')
  return {
    toolName: givenText(readProperty(raw, 'name')) ?? givenText(readProperty(raw, 'type')) ?? 'tool',
    callId: callIdOf(raw),
    parameters: parametersOf(raw),
  }
}

export function callIdOf(asked: unknown): string | undefined {
  return givenText(readProperty(asked, 'callId')) ?? givenText(readProperty(asked, 'id'))
}

/** Of a function, of a computer, of a patch. */
export function parametersOf(asked: unknown): unknown {
  return readProperty(asked, 'arguments') ?? readProperty(asked, 'action') ?? readProperty(asked, 'operation')
}
