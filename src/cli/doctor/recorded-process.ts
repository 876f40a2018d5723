/** What one process put down in its log: from the newest record back to the one that says that it started. */
import { join } from 'node:path'
import type { StoredEvent } from '../../events/line.ts'
import type { AuditEventKind } from '../../events/kinds.ts'
import { ACTIVE_FILE } from '../../journal/layout.ts'
import { EventLine, readEvent } from '../../journal/read-event.ts'
import { searchBackwards } from '../../journal/search-backwards.ts'

/** Older records of a process are not looked at. */
const MAX_SEARCHED_BYTES = 64 * 1024 * 1024

/** What was attached to, or not. */
export interface RecordedAttachment {
  readonly sdk: string
  readonly module: string
  readonly version?: string | undefined
}

export interface RecordedProcess {
  /** Milliseconds since 1970: of its oldest record that was looked at, and its newest. */
  first: number
  last: number
  /** False where older records were not looked at. */
  isWhole: boolean
  /** Records of agents, by kind; the log's own are not among them. */
  readonly kinds: Map<AuditEventKind, number>
  readonly attached: RecordedAttachment[]
  /** What could not be attached to, in the words of the log. */
  readonly notAttached: (RecordedAttachment & { readonly message: string })[]
  /** SDKs that were loaded and never called; `undefined` where it has not said so, because it runs or was killed. */
  neverCalled: readonly string[] | undefined
  /** Names by SDK. */
  readonly offered: Map<string, Set<string>>
  readonly calledTools: Set<string>
  modelCallsOutsideRuns: number
}

/** `undefined` where the log is empty. @throws KansaError `KANSA_UNREADABLE` */
export async function readLastProcess(log: string): Promise<RecordedProcess | undefined> {
  const process: RecordedProcess = {
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    isWhole: true,
    kinds: new Map(),
    attached: [],
    notAttached: [],
    neverCalled: undefined,
    offered: new Map(),
    calledTools: new Set(),
    modelCallsOutsideRuns: 0,
  }
  const { gaveUp } = await searchBackwards(join(log, ACTIVE_FILE), MAX_SEARCHED_BYTES, line => {
    const reading = readEvent(line)
    return reading instanceof EventLine ? add(process, reading) : undefined
  })
  process.isWhole = !gaveUp
  return process.last === Number.NEGATIVE_INFINITY ? undefined : process
}

/** True for the record that the process began with. */
function add(process: RecordedProcess, { event, time }: EventLine): true | undefined {
  if (!Number.isNaN(time)) {
    process.first = Math.min(process.first, time)
    process.last = Math.max(process.last, time)
  }
  const { type, data } = event.event_type
  if (type === 'Security' && data.source === 'kansa') return addOwn(process, data.category, data)
  process.kinds.set(type, (process.kinds.get(type) ?? 0) + 1)
  if (type === 'ToolCall' && data.tool_name !== undefined) process.calledTools.add(data.tool_name)
  if (type === 'ApiCall' && event.run_id === undefined) process.modelCallsOutsideRuns += 1
  return undefined
}

type SecurityFields = Extract<StoredEvent['event_type'], { type: 'Security' }>['data']

function addOwn(process: RecordedProcess, category: string | undefined, data: SecurityFields): true | undefined {
  const { sdk = '?', module = sdk, version, tools, never_called: neverCalled } = data.context ?? {}
  switch (category) {
    case 'AuditStarted':
      return true
    case 'AuditStopped':
      process.neverCalled = neverCalled?.split(',') ?? []
      return undefined
    case 'SdkAttached':
      process.attached.push({ sdk, module, version })
      return undefined
    case 'SdkNotAttached':
      process.notAttached.push({ sdk, module, version, message: data.message ?? '' })
      return undefined
    case 'ToolsOffered':
      process.offered.set(sdk, new Set([...(process.offered.get(sdk) ?? []), ...namesIn(tools)]))
      return undefined
    case undefined:
    default:
      return undefined
  }
}

/** A text that was cut tells nothing. */
function namesIn(text: string | undefined): string[] {
  try {
    const names: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(names) ? names.filter(name => typeof name === 'string') : []
  } catch {
    return []
  }
}
