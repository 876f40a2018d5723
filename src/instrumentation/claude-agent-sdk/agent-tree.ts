/** The agent of a query and its subagents: each is a run, nested in the query's. */
import { readData } from '../../pipeline/observe/property.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { startRun } from '../observed-run.ts'
import type { ObservedRun } from '../observed-run.ts'
import { givenText } from '../given-text.ts'

const MAX_GOAL_CHARACTERS = 200
const RETURNED: CallOutcome = { kind: 'returned', value: undefined }
const CANCELLED: CallOutcome = { kind: 'streamed', aborted: true }

/** A tool use that begins a subagent. */
export interface Task {
  readonly id: string
  readonly input: unknown
}

export class AgentTree {
  readonly root: ObservedRun
  // By agent id, and by the id of the tool use that began it: messages name the one or the other.
  private readonly byAgent = new Map<string, ObservedRun>()
  private readonly byTask = new Map<string, ObservedRun>()
  // Subagents that have stopped, and tasks whose result was read.
  private readonly stopped = new Set<ObservedRun>()
  private readonly answered = new Set<string>()
  /** Agent ids of those whose end is going to be told by a message. */
  private readonly announced = new Set<string>()

  constructor(root: ObservedRun) {
    this.root = root
  }

  get linkedTasks(): ReadonlyMap<string, unknown> {
    return this.byTask
  }

  /** The run that a hook's input or a message belongs to. */
  runOf(told: unknown): ObservedRun {
    const agent = givenText(readData(told, 'agent_id'))
    const task = givenText(readData(told, 'parent_tool_use_id'))
    const run = (agent && this.byAgent.get(agent)) || (task && this.byTask.get(task))
    return run === undefined || run === '' ? this.root : run
  }

  /** @returns the run, unless it is known already */
  begin(started: unknown, task: Task | undefined): ObservedRun | undefined {
    const id = givenText(readData(started, 'agent_id'))
    if (id === undefined || this.byAgent.has(id)) return undefined
    const goal = givenText(readData(task?.input, 'prompt')) ?? givenText(readData(task?.input, 'description')) ?? ''
    const agentName = givenText(readData(started, 'agent_type')) ?? 'subagent'
    const run = startRun({ agentName, goal: goal.slice(0, MAX_GOAL_CHARACTERS) }, this.root)
    this.byAgent.set(id, run)
    if (task !== undefined) this.byTask.set(task.id, run)
    return run
  }

  /**
   * A subagent has stopped. What it said is read after that, up to the result of its task, or where it worked in the
   * background to the notice of its end: its run ends then.
   * @param id its agent id
   */
  stop(id: string | undefined): void {
    const run = id === undefined ? undefined : this.byAgent.get(id)
    if (id === undefined || run === undefined) return
    this.stopped.add(run)
    const task = [...this.byTask].find(([, linked]) => linked === run)?.[0]
    if (task === undefined || (this.answered.has(task) && !this.announced.has(id))) run.end(RETURNED)
  }

  /** @returns the run whose tool use that is; a subagent that works on in the background is answered for at once */
  answer(task: string): ObservedRun | undefined {
    const run = this.byTask.get(task)
    if (run !== undefined) this.answered.add(task)
    return run
  }

  /** Ends the run of a task that is answered for, if its agent has stopped. */
  endAnswered(run: ObservedRun): void {
    if (this.stopped.has(run)) run.end(RETURNED)
  }

  /** A message tells that a task has begun, and that another will tell of its end. */
  announce(notice: unknown): void {
    const id = givenText(readData(notice, 'task_id'))
    if (id !== undefined) this.announced.add(id)
  }

  /** @returns the run of a task whose end is told, and how it ended */
  noticed(notice: unknown): { run: ObservedRun; outcome: CallOutcome } | undefined {
    const run = this.byAgent.get(givenText(readData(notice, 'task_id')) ?? '')
    if (run === undefined) return undefined
    const status = readData(notice, 'status')
    const message = givenText(readData(notice, 'summary')) ?? 'failed'
    if (status === 'failed') return { run, outcome: { kind: 'threw', error: { name: 'error', message } } }
    return { run, outcome: status === 'stopped' || status === 'killed' ? CANCELLED : RETURNED }
  }

  /** Subagents that are still at work end as the agent does. */
  endAll(outcome: CallOutcome): void {
    for (const run of [...this.byAgent.values(), this.root]) guarded('ending a run', () => run.end(outcome))
  }
}
