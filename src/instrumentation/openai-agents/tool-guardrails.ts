/**
 * Guardrails before a tool. What they stop does not run, but hooks tell of it as of any other call, with what the model is
 * told as its output, or not at all: so the guardrails themselves are listened to.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { shadowMethod } from '../../pipeline/observe/method.ts'
import { isObject, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { observeStep } from '../../pipeline/observe/settling.ts'
import { givenText } from '../given-text.ts'
import type { Patches } from '../patches.ts'
import { recordDeniedCall } from '../permission-events.ts'
import { callIdOf, parametersOf } from './asked-call.ts'
import { notesOfRun } from './run-notes.ts'

const STOPPING = ['rejectContent', 'throwException']

/** One per attachment. */
export class ToolGuardrails {
  private readonly watched = new WeakSet<object>()
  private active = true

  constructor(patches: Patches) {
    patches.onUndo(() => (this.active = false))
  }

  /** Those before the tools of an agent that starts, or goes on. */
  watch(agent: unknown): void {
    for (const tool of listIn(agent, 'tools')) {
      for (const guardrail of listIn(tool, 'inputGuardrails')) this.watchOne(guardrail)
    }
  }

  private watchOne(guardrail: object): void {
    if (this.watched.has(guardrail)) return
    this.watched.add(guardrail)
    shadowMethod(guardrail, 'run', (original, args) => {
      if (!this.active) return original(args)
      return observeStep(() => original(args), {
        ended: false,
        fulfilled: verdict => guarded('reading a guardrail', () => noteVerdict(verdict, guardrail, args[0])),
        rejected: () => {},
      })
    })
  }
}

/** @param asked what the guardrail was asked: of which call, by which agent */
function noteVerdict(verdict: unknown, guardrail: object, asked: unknown): void {
  const behavior = readProperty(verdict, 'behavior')
  if (!STOPPING.includes(String(readProperty(behavior, 'type')))) return
  const call = readProperty(asked, 'toolCall')
  const callId = callIdOf(call)
  if (callId !== undefined) notesOfRun()?.stopped.add(callId)
  // That a guardrail was triggered is told when the run ends.
  recordDeniedCall({
    toolName: givenText(readProperty(call, 'name')) ?? 'tool',
    callId,
    parameters: parametersOf(call),
    actorId: givenText(readPath(asked, ['agent', 'name'])),
    error: 'permission denied',
    errorType: 'permission_denied',
    decidedByType: 'rule',
    decisionReason: givenText(readProperty(behavior, 'message')),
    policyName: givenText(readProperty(guardrail, 'name')),
  })
}

function listIn(owner: unknown, name: string): readonly object[] {
  const list = readProperty(owner, name)
  return Array.isArray(list) ? list.filter(isObject) : []
}
