/** Guardrails that stopped a run, an answer or a tool. */
import { isObject, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { textOf } from '../../events/json-text.ts'
import { runLogger } from '../permission-events.ts'

const TRIPWIRE = /GuardrailTripwireTriggered$/
const TOOL_RESULTS = ['_toolInputGuardrailResults', '_toolOutputGuardrailResults']

// Results that are recorded: a state that is resumed brings its earlier ones along.
const recorded = new WeakSet<object>()

/** @param error what a run failed with; a tool's guardrail is the reason that its call failed */
export function recordTripwire(error: unknown): void {
  for (const each of [error, readProperty(error, 'error')]) {
    const kind = readPath(each, ['constructor', 'name'])
    if (typeof kind === 'string' && TRIPWIRE.test(kind)) record(readProperty(each, 'result'), 'stopped the run')
  }
}

/** @param state of a run: what its tool guardrails said of tools that were to run, or had run */
export function recordRejections(state: unknown): void {
  for (const name of TOOL_RESULTS) {
    const results = readProperty(state, name)
    if (!Array.isArray(results)) continue
    for (const result of results.filter(isObject)) {
      if (readPath(result, ['output', 'behavior', 'type']) === 'rejectContent') record(result, 'rejected a tool call')
    }
  }
}

function record(result: unknown, did: string): void {
  if (isObject(result)) {
    if (recorded.has(result)) return
    recorded.add(result)
  }
  const name = readPath(result, ['guardrail', 'name'])
  const type = readPath(result, ['guardrail', 'type'])
  const info = readPath(result, ['output', 'outputInfo'])
  const guardrail = typeof name === 'string' ? name : 'guardrail'
  runLogger().logSecurityEvent({
    severity: 'Warning',
    category: 'GuardrailTriggered',
    message: `The guardrail ${guardrail} ${did}.`,
    source: guardrail,
    action: 'Blocked',
    context: {
      guardrail,
      ...(typeof type === 'string' && { type }),
      ...(info !== undefined && { info: textOf(info) }),
    },
  })
}
