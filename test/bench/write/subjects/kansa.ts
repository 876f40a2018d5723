/** Kansa as its users get it: checking on, OpenTelemetry emit, journal. `flush` includes fdatasync. */
import { createAuditLogger, withAgent } from 'kansa'
import type { AuditLogger, ToolCallInput } from 'kansa'
import { toolCallInput } from '../events.ts'
import type { Subject } from '../subject.ts'

export async function openKansa(dir: string): Promise<Subject<ToolCallInput>> {
  return kansa(createAuditLogger({ dir }))
}

/** The same without looking for secrets: what that costs is the difference. */
export async function openKansaUnredacted(dir: string): Promise<Subject<ToolCallInput>> {
  return kansa(createAuditLogger({ dir, redaction: false }))
}

/** The same inside `withAgent`: every line also says in which run and session, and for whom. */
export async function openKansaInRun(dir: string): Promise<Subject<ToolCallInput>> {
  const logger = createAuditLogger({ dir })
  const run = {
    agentName: 'agent-1',
    goal: 'find what is left to do',
    sessionId: 'session-1',
    userId: 'u-4711',
    logger,
  }
  return { ...kansa(logger), surround: body => withAgent(run, body) }
}

function kansa(logger: AuditLogger): Subject<ToolCallInput> {
  return {
    make: toolCallInput,
    log: input => {
      logger.logToolCall(input)
    },
    flush: () => logger.flush(),
    close: () => logger.shutdown(),
  }
}
