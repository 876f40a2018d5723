/**
 * `@google/genai`: content generation, whole and streamed, and embeddings, at the methods through which all its surfaces go
 * (`models`, `chats`, automatic function calling). The tools that automatic function calling runs are audited too.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { readData, readProperty } from '../../pipeline/observe/property.ts'
import { observeModelCall } from '../observed-calls.ts'
import type { Patches } from '../patches.ts'
import type { Sdk } from '../sdk.ts'
import { noteSentTools } from '../tool-registry.ts'
import { auditCallableTools } from './callable-tools.ts'
import { declaredToolNames, modelRequest } from './model-request.ts'

const NAME = 'google-genai'

/** Its methods, and what OpenTelemetry calls their operation. Versions 1.x have `embedContent` on the prototype. */
const GENERATING = ['generateContentInternal', 'generateContentStreamInternal']
const EMBEDDING = ['embedContentInternal', 'embedContent']

export const GOOGLE_GENAI: Sdk = {
  name: NAME,
  packages: [
    {
      name: '@google/genai',
      range: { from: '1.30.0', below: '4.0.0' },
      besides: ['dist/node/index.mjs', 'dist/web/index.mjs'],
      attach,
    },
  ],
}

/** `exported`: the package's exports, or the class `Models`. */
function attach(exported: unknown, patches: Patches): void {
  const models = readProperty(readProperty(exported, 'Models') ?? exported, 'prototype')
  const embedding = EMBEDDING.filter(name => typeof readProperty(models, name) === 'function').slice(0, 1)
  for (const [operation, methods] of [
    ['generate_content', GENERATING],
    ['embeddings', embedding],
  ] as const) {
    for (const method of methods) {
      patches.method(models, method, call => {
        const { self, args } = call
        noteSentTools(NAME, () => declaredToolNames(args[0]))
        return observeModelCall(call, () => modelRequest(operation, readProperty(self, 'apiClient'), args[0]))
      })
    }
  }
  // Called with the tools as the application gave them, before they are turned into declarations.
  patches.method(models, 'processParamsMaybeAddMcpUsage', call => {
    guarded('auditing tools', () => auditCallableTools(readData(readData(call.args[0], 'config'), 'tools')))
    return call.proceed()
  })
}
