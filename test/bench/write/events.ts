/** The event that everybody logs: the tool call of the documentation, about 480 bytes on its line. */
import { randomUUID } from 'node:crypto'
import type { AuditEventOf, ToolCallInput } from 'kansa'

export const INDEX_RADIX = 36
const CALL_ID_PREFIX = 'exec-'
/** Stands once on every line, before the event's index as `indexText` writes it. */
export const INDEX_MARKER: string = `"call_id":"${CALL_ID_PREFIX}`

/** What an agent has in hand after a tool ran: the argument of `logToolCall`. */
export function toolCallInput(index: number): ToolCallInput {
  return {
    actorId: 'agent-1',
    toolName: 'shell',
    callId: `${CALL_ID_PREFIX}${indexText(index)}`,
    parameters: parametersOf(index),
    durationMs: 150,
    success: true,
    outputPreview: outputOf(index),
    permissionGranted: true,
    sandboxPolicy: 'strict',
  }
}

/** The same as Kansa stores it, put together the way a caller of a plain logger does. */
export function toolCallEvent(index: number): AuditEventOf<'ToolCall'> {
  return eventWith(index, JSON.stringify(parametersOf(index)))
}

/** The same with its parameters as an object: pino's redaction looks into objects, not into JSON text. */
export function toolCallObject(index: number): object {
  return eventWith(index, parametersOf(index))
}

function eventWith<P>(index: number, parameters: P) {
  const now = new Date().toISOString()
  return {
    id: randomUUID(),
    timestamp: now,
    actor_id: 'agent-1',
    event_type: {
      type: 'ToolCall' as const,
      data: {
        tool_name: 'shell',
        call_id: `${CALL_ID_PREFIX}${indexText(index)}`,
        parameters,
        execution_time: now,
        duration_ms: 150,
        success: true,
        output_preview: outputOf(index),
        permission_granted: true,
        sandbox_policy: 'strict',
      },
    },
  }
}

/**
 * Not decimal: V8 keeps the last 16,384 decimal texts of numbers. With counting callers those survive every collection,
 * and make the young generation grow by 10 to 100 MB that nobody's logging has to do with.
 */
function indexText(index: number): string {
  return index.toString(INDEX_RADIX)
}

function parametersOf(index: number): object {
  return { cmd: `grep -rn TODO src/module-${index % 100}`, cwd: '/srv/project' }
}

function outputOf(index: number): string {
  return `src/module-${index % 100}/main.ts:41: // TODO: close the file`
}
