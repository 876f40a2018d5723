/** One run with everything that happened inside it, nested runs included. */
import type { StoredEvent } from '../events/line.ts'
import type { OpenLog } from '../journal/open-logs.ts'
import type { EventLine } from '../journal/read-event.ts'
import { ALL_TIME, EventFilter } from './event-filter.ts'
import { needleOf } from './needles.ts'
import { matchingEvents, type ScanOptions } from './scan.ts'

/** Something inside a run that is no run itself. */
export interface RunStep {
  readonly event: StoredEvent
  /** Milliseconds since 1970; of a call, when it began. */
  readonly start: number
  readonly end: number
}

export interface RunNode {
  readonly runId: string
  agent: string
  goal: string
  /** `Started` or `Running` where no end is recorded. */
  status: string
  start: number
  end: number
  tokens: number
  error: string | undefined
  readonly steps: RunStep[]
  readonly nested: RunNode[]
}

/**
 * The run with that id; `undefined` where there is no event of it.
 * @throws KansaError `KANSA_UNREADABLE`
 */
export async function findRun(
  runId: string,
  logs: readonly OpenLog[],
  options: Omit<ScanOptions, 'filter'>,
): Promise<RunNode | undefined> {
  // A nested run names its parent, which may be nested itself: such lines must all be looked at.
  const needle = needleOf(runId)
  const needles = needle === undefined ? [] : [[needle, '"parent_run_id"']]
  const nodes = new Map<string, RunNode>()
  const filter = new EventFilter([], ALL_TIME, needles)
  for await (const lines of matchingEvents(logs, { ...options, filter })) {
    for (const line of lines) addEvent(line, runId, nodes)
  }
  return nodes.get(runId)
}

function addEvent(line: EventLine, root: string, nodes: Map<string, RunNode>): void {
  const { event } = line
  const { run_id, parent_run_id } = event
  if (run_id === undefined) return
  const parent = parent_run_id === undefined ? undefined : nodes.get(parent_run_id)
  if (run_id !== root && parent === undefined && !nodes.has(run_id)) return
  let node = nodes.get(run_id)
  if (node === undefined) {
    node = newNode(run_id, event, line.time)
    nodes.set(run_id, node)
    if (run_id !== root) parent?.nested.push(node)
  }
  const step = stepOf(event, line.time)
  node.start = Math.min(node.start, step.start)
  node.end = Math.max(node.end, step.end)
  if (event.event_type.type === 'AgentExecution') updateRun(node, event)
  else node.steps.push(step)
}

function newNode(runId: string, event: StoredEvent, time: number): RunNode {
  return {
    runId,
    agent: event.actor_id,
    goal: '',
    status: 'Started',
    start: time,
    end: time,
    tokens: 0,
    error: undefined,
    steps: [],
    nested: [],
  }
}

function updateRun(node: RunNode, event: StoredEvent): void {
  if (event.event_type.type !== 'AgentExecution') return
  const { agent_name, goal, status, tokens_used, error } = event.event_type.data
  node.agent = agent_name ?? node.agent
  node.goal = goal ?? node.goal
  node.status = status ?? node.status
  node.tokens = Math.max(node.tokens, tokens_used ?? 0)
  node.error = error ?? node.error
}

/** When it began and ended, from what the event itself says about that. */
function stepOf(event: StoredEvent, time: number): RunStep {
  const { type, data } = event.event_type
  switch (type) {
    case 'ApiCall':
      return span(event, time, Date.parse(data.request_time ?? ''), data.latency_ms)
    case 'ToolCall':
      return span(event, time, Date.parse(data.execution_time ?? ''), data.duration_ms)
    case 'AgentExecution':
      return span(event, time, Date.parse(data.start_time ?? ''), undefined)
    case 'TokenUsage':
    case 'Security':
      return { event, start: time, end: time }
  }
}

function span(event: StoredEvent, time: number, begun: number, millis: number | undefined): RunStep {
  const start = Number.isNaN(begun) ? time - (millis ?? 0) : begun
  return { event, start, end: millis === undefined ? Math.max(start, time) : start + millis }
}
