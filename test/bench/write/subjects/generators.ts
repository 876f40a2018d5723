/** The callers alone: what the events cost before anybody logs them. */
import type { AuditEvent, ToolCallInput } from 'kansa'
import { toolCallEvent, toolCallInput } from '../events.ts'
import type { Subject } from '../subject.ts'

export async function openEventGenerator(): Promise<Subject<AuditEvent>> {
  return nothingBehind(toolCallEvent)
}

export async function openInputGenerator(): Promise<Subject<ToolCallInput>> {
  return nothingBehind(toolCallInput)
}

function nothingBehind<Event>(make: (index: number) => Event): Subject<Event> {
  // Owned by log(): the event must be needed by something, or the compiler leaves it out.
  let last: Event | undefined
  return {
    make,
    log: event => {
      last = event
    },
    flush: async () => {
      if (last === undefined) throw new Error('nothing was logged')
    },
  }
}
