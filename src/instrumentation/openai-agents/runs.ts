/** Runs of the runner: whole and streamed, paused for an approval, stopped by a guardrail. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import { isObject, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'
import type { AgentOptions } from '../../pipeline/with-agent.ts'
import { startRun } from '../observed-run.ts'
import type { ObservedRun } from '../observed-run.ts'
import type { PatchedCall } from '../patches.ts'
import { recordPermissionRequest } from '../permission-events.ts'
import { notePaused, noteStickyRejections } from './approvals.ts'
import { callOfItem } from './asked-call.ts'
import type { AskedCall } from './asked-call.ts'
import { recordRejections, recordTripwire } from './guardrails.ts'
import { beginNotes, notesOfRun, settleDoubts } from './run-notes.ts'
import type { RunNotes } from './run-notes.ts'
import { failTools } from './tools.ts'

/** As long as the previews of prompts. */
const MAX_GOAL_CHARACTERS = 200

/** `Runner.prototype.run`: the promise is the SDK's own. */
export function runAgent(call: PatchedCall): unknown {
  const options = guarded('describing a run', () => agentOptions(call.args))
  if (options === undefined) return call.proceed()
  let run: ObservedRun
  try {
    run = startRun(options)
  } catch (refusal) {
    return Promise.reject(refusal)
  }
  const around = notesOfRun()
  const { notes, result } = run.enter(() => ({
    notes: guarded('noting a run', () => beginNotes(run, around)),
    result: call.proceed(),
  }))
  if (notes !== undefined) endWith(result, run, notes)
  return result
}

function agentOptions([agent, input, options]: readonly unknown[]): AgentOptions {
  const name = readProperty(agent, 'name')
  const signal = readProperty(options, 'signal')
  return {
    agentName: typeof name === 'string' && name !== '' ? name : 'agent',
    goal: goalOf(readProperty(input, '_originalInput') ?? input),
    signal: signal instanceof AbortSignal ? signal : undefined,
  }
}

/** What a person said last. */
function goalOf(input: unknown): string {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input]
  const said = items.findLast(item => readProperty(item, 'role') === 'user') ?? items.at(-1)
  return textOfContent(said).slice(0, MAX_GOAL_CHARACTERS)
}

/** A streamed run goes on when its promise has settled. */
function endWith(running: unknown, run: ObservedRun, notes: RunNotes): void {
  const rejected = (error: unknown): void => run.enter(() => fail(run, notes, error))
  const listen = (promise: unknown, fulfilled: (value: unknown) => void): boolean =>
    observeSettling(promise, { ended: false, fulfilled, rejected })
  listen(running, result => {
    const end = (): void => run.enter(() => succeed(run, notes, result))
    if (!listen(readProperty(result, 'completed'), end)) end()
  })
}

function succeed(run: ObservedRun, notes: RunNotes, result: unknown): void {
  if (readProperty(result, 'cancelled') === true) {
    return fail(run, notes, new DOMException('the stream was cancelled', 'AbortError'))
  }
  guarded('ending a run', () => {
    settleDoubts(notes)
    returned(result, notes)
  })
  guarded('ending a run', () => run.end({ kind: 'returned', value: undefined }))
}

function fail(run: ObservedRun, notes: RunNotes, error: unknown): void {
  guarded('ending a run', () => {
    failTools(notes, error)
    settleDoubts(notes)
    recordTripwire(error)
    recordRejections(readProperty(error, 'state'))
  })
  guarded('ending a run', () => run.end({ kind: 'threw', error }))
}

function returned(result: unknown, notes: RunNotes): void {
  const state = readProperty(result, 'state')
  recordRejections(state)
  noteStickyRejections(readProperty(state, '_context'), readProperty(state, '_generatedItems'))
  const interruptions = readProperty(result, 'interruptions')
  if (!Array.isArray(interruptions) || interruptions.length === 0) return
  notePaused(readProperty(state, '_context'), notes.run)
  for (const item of interruptions.filter(isObject)) askFor(callOfItem(item), notes)
  // A pause is no failure: another run goes on from here.
  notes.run.progress({ actorId: notes.actor })
}

/** Once: a run around waits for the same call as the one that is nested in it. */
function askFor(call: AskedCall, notes: RunNotes): void {
  const { callId } = call
  if (callId === undefined || !notes.asked.has(callId)) recordPermissionRequest(call)
  if (callId !== undefined) notes.around?.asked.add(callId)
}
