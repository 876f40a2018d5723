/**
 * `ai`, the AI SDK: generations as agent runs, with their model calls, tools and permission decisions; embeddings and
 * reranking. Version 7 tells of them by its telemetry; where the module is seen, its functions record the rest.
 */
import { types } from 'node:util'
import { isObject, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { noteAttachment } from '../attachments.ts'
import type { Patches } from '../patches.ts'
import type { Sdk } from '../sdk.ts'
import { agentAround, functionAround } from './attached.ts'
import type { SdkCopy } from './attached.ts'
import { modelResolver } from './models.ts'
import { SDK_NAME } from './settings.ts'
import { AuditTelemetry } from './telemetry.ts'

const INTEGRATIONS = 'AI_SDK_TELEMETRY_INTEGRATIONS'
const FUNCTIONS = ['generateText', 'streamText', 'generateObject', 'streamObject', 'embed', 'embedMany', 'rerank']

/** One for all who attach: a call is recorded once. */
const telemetry: AuditTelemetry = new AuditTelemetry(() =>
  noteAttachment({ sdk: SDK_NAME, module: SDK_NAME, problem: 'no hook has seen a copy of version 6 that is used' }),
)

export const AI_SDK: Sdk = {
  name: SDK_NAME,
  packages: [{ name: 'ai', range: { from: '6.0.0', below: '8.0.0' }, attach }],
  attachGlobally,
}

/** Beside the integrations of others, in the array that is there. */
function attachGlobally(patches: Patches): void {
  const existing = readProperty(globalThis, INTEGRATIONS)
  const integrations: unknown[] = Array.isArray(existing) ? existing : []
  if (!Array.isArray(existing)) Reflect.set(globalThis, INTEGRATIONS, integrations)
  integrations.push(telemetry)
  patches.onUndo(() => {
    const index = integrations.indexOf(telemetry)
    if (index >= 0) integrations.splice(index, 1)
  })
}

/** @returns a copy of exports that cannot be written: those of CommonJS, a namespace that was `require`d */
function attach(exported: unknown, patches: Patches): unknown {
  const version7 = typeof readProperty(exported, 'registerTelemetry') === 'function'
  const copy: SdkCopy = { version7, telemetry, resolve: modelResolver(exported) }
  const agent = readPath(exported, ['ToolLoopAgent', 'prototype'])
  patches.method(agent, 'generate', agentAround(copy, false))
  patches.method(agent, 'stream', agentAround(copy, true))
  try {
    attachTo(exported, copy, patches)
    return undefined
  } catch (error) {
    // An ES module that was imported before stays as it is. In version 7 telemetry tells of it.
    if (!version7 && types.isModuleNamespaceObject(exported)) throw error
    return attachTo(copyOf(exported), copy, patches)
  }
}

function attachTo(exported: unknown, copy: SdkCopy, patches: Patches): unknown {
  for (const name of FUNCTIONS) patches.method(exported, name, functionAround(copy, name))
  return exported
}

/** The same exports, to be written. */
function copyOf(exported: unknown): unknown {
  if (!isObject(exported)) return exported
  const properties = Object.keys(exported).map(key => [
    key,
    { get: (): unknown => Reflect.get(exported, key), enumerable: true, configurable: true },
  ])
  return Object.create(Object.getPrototypeOf(exported), Object.fromEntries(properties))
}
