/** A request as it was received, and what an answer to it consists of. */
import type { IncomingHttpHeaders } from 'node:http'

export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly body: Record<string, unknown>
}

/** How a service answers a request. */
export interface Answer {
  /** The model that was asked for: its name says what goes wrong. */
  readonly model: string
  /** Default 200. */
  readonly status?: number
  readonly whole?: unknown
  /** Server-sent events, or frames, as they are written; absent where a whole answer was asked for. */
  readonly events?: readonly (string | Uint8Array)[] | undefined
  /** The type of a stream of them. Default: that of server-sent events. */
  readonly eventsType?: string
  error(status: number): unknown
}

/** Tools that the answer is to ask for. */
export interface WantedTool {
  readonly id: string
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/** None where no tool is offered, or the request has the result of one. */
export function wantedTools(names: readonly unknown[], { raw }: ReceivedRequest, model: string): readonly WantedTool[] {
  const [name] = names
  if (typeof name !== 'string') return []
  if (/"role":"tool"|function_call_output|tool_result|functionResponse/.test(raw)) return []
  const first = { id: 'call_1', name, args: { city: 'Paris' } }
  const asked = /^tools-(\d+)/.exec(model)?.[1]
  if (asked !== undefined) return Array.from({ length: Number(asked) }, (_, at) => ({ ...first, id: `call_${at}` }))
  return /two-tools/.test(model) ? [first, { id: 'call_2', name, args: { city: 'Rome' } }] : [first]
}

export function objectsIn(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** With the event's name before it where the service does that. */
export function eventText(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
}
