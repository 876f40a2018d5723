/** The runs and announced actions of one log that have no outcome yet. */
import type { StoredEvent } from '../events/line.ts'
import type { EventLine } from '../journal/read-event.ts'
import { type FieldValue, valueOf } from './query-field.ts'
import type { ScannedEvent } from './scan.ts'
import { storedField, TYPE } from './stored-fields.ts'

const ENDED: ReadonlySet<string | undefined> = new Set(['Completed', 'Failed', 'Cancelled'])
const CALL_ID = storedField('call_id')

/** A run that tells no id. */
interface NamelessRun {
  readonly line: EventLine
  readonly startTime: string | undefined
  /** Its process has ended: only an outcome that names its start is its own. */
  isAbandoned: boolean
}

/** Takes the events of a log in their order; what is left at the end is unfinished. */
export class OpenWork {
  // By run id: a run that is begun twice is one run.
  private readonly runs = new Map<string, EventLine>()
  // By actor and agent. Several of one name are closed first come, first served.
  private readonly namelessRuns = new Map<string, NamelessRun[]>()
  // By kind and call id, in order; of a run that is begun twice all are one, as the run is.
  private readonly actions = new Map<string, EventLine[]>()

  add(event: ScannedEvent): void {
    const kind = valueOf(event, TYPE)
    if (kind === 'AgentExecution') this.addRun(event.eventLine())
    else if (kind === 'Security') this.addFinding(event.eventLine())
    // Most calls were not announced: their ids need not be looked at.
    else if (isCall(kind) && this.actions.size > 0) this.closeCall(kind, event)
  }

  /** Whether an outcome in another log could be that of something here. */
  get isOpenElsewhere(): boolean {
    return this.runs.size > 0 || this.actions.size > 0
  }

  /** Takes an event of another log, where only ids tell what belongs together. */
  closeElsewhere(event: ScannedEvent): void {
    const kind = valueOf(event, TYPE)
    if (kind === 'AgentExecution' && this.isOpenElsewhere) {
      const line = event.eventLine()
      const { run_id: run, event_type } = line.event
      if (run !== undefined && hasEnded(event_type)) this.closeRun(run, begun => isOlder(line, begun))
    } else if (isCall(kind) && this.actions.size > 0) {
      this.closeCall(kind, event, begun => isOlder(event.eventLine(), begun))
    }
  }

  get lines(): EventLine[] {
    const nameless = [...this.namelessRuns.values()].flat().map(({ line }) => line)
    return [...this.runs.values(), ...nameless, ...[...this.actions.values()].flat()]
  }

  private addRun(line: EventLine): void {
    const { run_id: run, actor_id, event_type } = line.event
    if (event_type.type !== 'AgentExecution') return
    const { status, agent_name, start_time: startTime } = event_type.data
    if (run !== undefined) {
      if (hasEnded(event_type)) this.closeRun(run)
      else if (status === 'Started' && !this.runs.has(run)) this.runs.set(run, line)
      return
    }
    const name = JSON.stringify([actor_id, agent_name])
    if (hasEnded(event_type)) this.closeNameless(name, startTime)
    else if (status === 'Started') addTo(this.namelessRuns, name, { line, startTime, isAbandoned: false })
  }

  private addFinding(line: EventLine): void {
    const { type, data } = line.event.event_type
    if (type !== 'Security') return
    if (data.category === 'AuditStarted') {
      for (const run of [...this.namelessRuns.values()].flat()) run.isAbandoned = true
    }
    const { call_id: callId, kind } = data.context ?? {}
    if (data.category === 'ActionIntended' && callId !== undefined) addTo(this.actions, actionKey(kind, callId), line)
  }

  /** `isOther` says of what began that this outcome cannot be its own. */
  private closeRun(run: string, isOther: IsOther = never): void {
    const begun = this.runs.get(run)
    if (begun !== undefined && !isOther(begun)) this.runs.delete(run)
    const key = actionKey('AgentExecution', run)
    const open = this.actions.get(key)?.filter(isOther) ?? []
    if (open.length === 0) this.actions.delete(key)
    else this.actions.set(key, open)
  }

  private closeNameless(name: string, startTime: string | undefined): void {
    const open = this.namelessRuns.get(name) ?? []
    const own = startTime === undefined ? -1 : open.findIndex(run => run.startTime === startTime)
    const index = own === -1 ? open.findIndex(run => !run.isAbandoned) : own
    if (index !== -1) open.splice(index, 1)
  }

  private closeCall(kind: CallKind, event: ScannedEvent, isOther: IsOther = never): void {
    const callId = callIdOf(event)
    if (typeof callId !== 'string') return
    for (const key of [actionKey(kind, callId), actionKey(undefined, callId)]) {
      const open = this.actions.get(key)
      if (open?.[0] === undefined) continue
      if (isOther(open[0])) return
      open.shift()
      if (open.length === 0) this.actions.delete(key)
      return
    }
  }
}

/** Another writer's announcement may name no kind: then any call of that id follows it. */
function actionKey(kind: string | undefined, callId: string): string {
  return `${kind ?? ''} ${callId}`
}

type IsOther = (begun: EventLine) => boolean
const never: IsOther = () => false

type CallKind = 'ToolCall' | 'ApiCall'

function isCall(kind: FieldValue): kind is CallKind {
  return kind === 'ToolCall' || kind === 'ApiCall'
}

function callIdOf(event: ScannedEvent): FieldValue {
  return CALL_ID === undefined ? undefined : valueOf(event, CALL_ID)
}

function hasEnded({ type, data }: StoredEvent['event_type']): boolean {
  return type === 'AgentExecution' && ENDED.has(data.status)
}

/** False where a time is missing: then nothing speaks against it. */
function isOlder(outcome: EventLine, begun: EventLine): boolean {
  return outcome.time < begun.time
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}
