/**
 * The AI SDK's functions, recorded as they are called: what telemetry does not tell. That is everything of version 6, whose
 * telemetry says nothing of a failure; of version 7 the calls whose model calls telemetry does not let be wrapped, and those
 * for which the application has switched telemetry off.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { readData } from '../../pipeline/observe/property.ts'
import { observeStep } from '../../pipeline/observe/settling.ts'
import { noteTools } from '../tool-registry.ts'
import { AiRun } from './ai-run.ts'
import { AttemptedCalls } from './attempted-calls.ts'
import { agentOptions } from './described.ts'
import { recordedByCall } from './layers.ts'
import { auditedModel } from './models.ts'
import { auditedSettings, SDK_NAME, telemetryOf } from './settings.ts'
import type { Asked } from './settings.ts'
import { executableTools } from './tools.ts'

/** A generation, as an agent's run. `proceed` gets the settings to go on with, and its result is returned. */
export function generate(asked: Asked, proceed: (settings: object) => unknown): unknown {
  const { operation, agentId, request } = asked
  const functionId = readData(telemetryOf(request), 'functionId')
  const described = guarded('reading options', () => agentOptions(request, { functionId, agentId, operation }))
  if (described === undefined) return proceed(asked.settings)
  guarded('noting tools', () => noteTools(SDK_NAME, executableTools(request['tools'])))
  let run: AiRun
  try {
    run = new AiRun(described, request['messages'] ?? request['prompt'])
  } catch (refusal) {
    if (asked.isAsync) return Promise.reject(refusal)
    throw refusal
  }
  return observed(asked, run, proceed)
}

function observed(asked: Asked, run: AiRun, proceed: (settings: object) => unknown): unknown {
  const settings = guarded('auditing options', () => auditedSettings(asked, run)) ?? asked.settings
  return observeStep(() => run.enter(() => recordedByCall(() => proceed(settings))), {
    ended: false,
    fulfilled: value => (asked.streams ? undefined : run.end({ kind: 'returned', value })),
    rejected: error => run.end({ kind: 'threw', error }),
  })
}

/** Embeddings and reranking: model calls in whichever run asks for them. */
export function compute(asked: Asked, proceed: (settings: object) => unknown): unknown {
  const { settings, request, resolve, operation } = asked
  const calls = new AttemptedCalls(step => step())
  const use = { calls, resolve, parallel: operation === 'embedMany' }
  const audited = { ...settings, model: auditedModel(request['model'], use) }
  return observeStep(() => recordedByCall(() => proceed(audited)), {
    ended: false,
    fulfilled: value => calls.end({ kind: 'returned', value }),
    rejected: error => calls.end({ kind: 'threw', error }),
  })
}
