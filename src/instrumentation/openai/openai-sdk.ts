/**
 * `openai`: completions, responses and embeddings, at the methods through which all their helpers go (`parse()`,
 * `stream()`, `runTools()`). Requests are sent as they are: token counts of a streamed chat completion come only where the
 * application asks for them (`stream_options.include_usage`).
 */
import { releaseApiPromises } from '../../pipeline/observe/api-promise.ts'
import { countAttempt } from '../../pipeline/observe/call-claim.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { hasMethods, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { observeModelCall } from '../observed-calls.ts'
import type { PatchedCall, Patches } from '../patches.ts'
import type { Sdk } from '../sdk.ts'
import { noteSentTools } from '../tool-registry.ts'
import { modelRequest, toolNames } from './model-request.ts'
import { withAuditedTools } from './runnable-tools.ts'

const NAME = 'openai'

/** Where the APIs are on the client's class, and what OpenTelemetry calls their operation. */
const APIS = [
  { path: ['Chat', 'Completions'], operation: 'chat' },
  { path: ['Completions'], operation: 'text_completion' },
  { path: ['Responses'], operation: 'chat' },
  { path: ['Embeddings'], operation: 'embeddings' },
] as const
/** What the first versions do not have. */
const LATER_APIS = [
  { path: ['Beta', 'Responses'], method: 'create', operation: 'chat' },
  // A model sums a conversation up.
  { path: ['Responses'], method: 'compact', operation: 'compact' },
  { path: ['Beta', 'Responses'], method: 'compact', operation: 'compact' },
] as const

export const OPENAI: Sdk = {
  name: NAME,
  packages: [
    { name: 'openai', range: { from: '5.0.0', below: '8.0.0' }, besides: ['client.js', 'client.mjs'], attach },
  ],
}

/** `exported`: the package's exports, or the class that a default import gives. */
function attach(exported: unknown, patches: Patches): void {
  const client = readProperty(exported, 'OpenAI') ?? readProperty(exported, 'default') ?? exported
  for (const { path, operation } of APIS) {
    patches.method(readPath(client, [...path, 'prototype']), 'create', call => modelCall(call, operation))
  }
  for (const { path, method, operation } of LATER_APIS) {
    const api = readPath(client, [...path, 'prototype'])
    if (hasMethods(api, method)) patches.method(api, method, call => modelCall(call, operation))
  }
  patches.method(readPath(client, ['Chat', 'Completions', 'prototype']), 'runTools', runTools)
  patches.onUndo(releaseApiPromises)
  // Called once for each HTTP request, retries included.
  patches.method(readProperty(client, 'prototype'), 'fetchWithTimeout', call => {
    countAttempt(NAME)
    return call.proceed()
  })
}

function modelCall(call: PatchedCall, operation: string): unknown {
  const { self, args } = call
  noteSentTools(NAME, () => toolNames(args[0]))
  return observeModelCall(call, () => modelRequest(operation, readProperty(self, '_client'), args))
}

function runTools(call: PatchedCall): unknown {
  const [body, ...rest] = call.args
  return call.proceed([guarded('auditing tools', () => withAuditedTools(body)) ?? body, ...rest])
}
