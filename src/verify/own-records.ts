/** What the log says about itself: the few records that a verification has to understand. */

export const OWN_CATEGORIES = ['RetentionDeleted', 'AuditRecovered', 'AuditFailure', 'ActionIntended'] as const
export type OwnCategory = (typeof OWN_CATEGORIES)[number]

export interface OwnRecord {
  /** Place of its line within the block, from 0. */
  readonly index: number
  readonly category: OwnCategory
  readonly context: Readonly<Record<string, unknown>>
}

/**
 * Stands on every line of a security event, behind `"event_type":{"type":"`. It begins with a letter that is rare on
 * lines, because looking for it takes a noticeable part of the time otherwise.
 */
export const SECURITY_MARK: Buffer = Buffer.from('Security","data":{')
/** How far behind the mark the category is, at most: `severity` stands between. */
const CATEGORY_BYTES = 160
const CATEGORY = new RegExp(`"category":"(?:${OWN_CATEGORIES.join('|')})"`)

const LINE_FEED = 0x0a
/** One of the two stands on the line of every outcome. */
const OUTCOME_MARKS = [Buffer.from('"call_id":'), Buffer.from('"type":"AgentExecution"')]
const ENDED = new Set<unknown>(['Completed', 'Failed', 'Cancelled'])

/** The record on `line`, where it is one of these; `mark` is where `SECURITY_MARK` is on it. */
export function readOwnRecord(line: Buffer, mark: number, index: number): OwnRecord | undefined {
  if (!CATEGORY.test(line.toString('latin1', mark, mark + CATEGORY_BYTES))) return undefined
  const event = member(parseJson(line), 'event_type')
  const data = member(event, 'data')
  const category = OWN_CATEGORIES.find(own => own === data?.['category'])
  const context = member(data, 'context')
  if (event?.['type'] !== 'Security' || category === undefined || context === undefined) return undefined
  return { index, category, context }
}

/** Whose outcomes the lines are: ids of calls, and of runs that ended. */
export function outcomesIn(lines: Buffer = Buffer.alloc(0)): string[] {
  const outcomes: string[] = []
  for (let at = 0; at < lines.length; ) {
    const lineBreak = lines.indexOf(LINE_FEED, at)
    const end = lineBreak === -1 ? lines.length : lineBreak
    const line = lines.subarray(at, end)
    const outcome = OUTCOME_MARKS.some(mark => line.includes(mark)) ? readOutcome(line) : undefined
    if (outcome !== undefined) outcomes.push(outcome)
    at = end + 1
  }
  return outcomes
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function readOutcome(line: Buffer): string | undefined {
  const record = parseJson(line)
  const event = member(record, 'event_type')
  const data = member(event, 'data')
  if (event?.['type'] === 'ToolCall' || event?.['type'] === 'ApiCall') return asText(data?.['call_id'])
  return event?.['type'] === 'AgentExecution' && ENDED.has(data?.['status']) ? asText(record?.['run_id']) : undefined
}

type JsonObject = Readonly<Record<string, unknown>>

function parseJson(line: Buffer): JsonObject | undefined {
  try {
    return asObject(JSON.parse(line.toString('utf8')))
  } catch {
    return undefined
  }
}

function member(parent: JsonObject | undefined, key: string): JsonObject | undefined {
  return asObject(parent?.[key])
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}
