/**
 * `@anthropic-ai/sdk`: messages, also beta ones, at the method through which all their surfaces go (`stream()`, `parse()`,
 * `toolRunner()`, threads), and with it the clients of other clouds, which are made of its classes. The tools that runners
 * run are audited too. The spans that newer versions make by themselves are neither used nor changed.
 */
import { observeDerivedParse, releaseApiPromises } from '../../pipeline/observe/api-promise.ts'
import { countAttempt } from '../../pipeline/observe/call-claim.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readData, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { observeModelCall } from '../observed-calls.ts'
import type { PatchedCall, Patches } from '../patches.ts'
import type { Sdk } from '../sdk.ts'
import { noteSentTools } from '../tool-registry.ts'
import { CLOUD_PACKAGES, noteBase } from './cloud-clients.ts'
import { modelRequest, toolNames } from './model-request.ts'
import { auditToolsOf, toolAuditor } from './runnable-tools.ts'

const NAME = 'anthropic'
const REQUEST = 'fetchWithTimeout'
const APIS = [['Messages'], ['Beta', 'Messages']] as const
/** Where a runner is given tools after it was made. */
const TOOL_CHANGES = ['addTools', 'setMessagesParams']

export const ANTHROPIC: Sdk = {
  name: NAME,
  packages: [
    {
      name: '@anthropic-ai/sdk',
      range: { from: '0.39.0', below: '2.0.0' },
      // The clients of other clouds import these, and never the entry. Before 0.50 there was `core` in place of `client`.
      files: ['client', 'core', 'resources/index'].flatMap(file => [`${file}.js`, `${file}.mjs`]),
      attach,
    },
    ...CLOUD_PACKAGES,
  ],
}

/** `exported`: the exports of the package or of one of the files, or the class that a default import gives. */
function attach(exported: unknown, patches: Patches): void {
  const names = ['Anthropic', 'BaseAnthropic', 'APIClient', 'default']
  const candidates = [exported, ...names.map(name => readProperty(exported, name))]
  const clients = candidates.map(each => readProperty(each, 'prototype')).filter(each => hasMethod(each, REQUEST))
  // The class has a static `Anthropic` too, which is the class it is derived from.
  const resources = candidates.find(each => readProperty(each, 'Messages') !== undefined)
  if (clients.length === 0 && resources === undefined) throw new TypeError('there is no client, and no Messages')
  patches.onUndo(releaseApiPromises)
  if (resources !== undefined) attachToMessages(resources, patches)
  for (const prototype of clients) attachToRequests(prototype, patches)
}

function attachToMessages(resources: unknown, patches: Patches): void {
  const auditTools = toolAuditor(patches)
  const patchParser = parserPatcher(patches)
  for (const path of APIS) {
    const api = readPath(resources, [...path, 'prototype'])
    patches.method(api, 'create', call => create(call, patchParser))
    for (const name of ['toolRunner', 'thread']) {
      if (!hasMethod(api, name)) continue
      patches.method(api, name, call => withTools(call, patches, auditTools))
    }
  }
}

/** Once for each HTTP request, retries included; on the class from which clients of other clouds are derived. */
function attachToRequests(client: unknown, patches: Patches): void {
  const base = ownerOf(client, REQUEST)
  noteBase(base)
  patches.method(base, REQUEST, call => {
    countAttempt(NAME)
    return call.proceed()
  })
}

function create(call: PatchedCall, patchParser: (promise: unknown) => void): unknown {
  const { self, args } = call
  noteSentTools(NAME, () => toolNames(args[0]))
  return observeModelCall(call, () => modelRequest(readProperty(self, '_client'), args), patchParser)
}

/** The streams of threads, and of the runners on them, are made of another promise than that of `create()`. */
function parserPatcher(patches: Patches): (promise: unknown) => void {
  // Owned by this function: the class of the promises that was met last. Each copy of the package has one.
  let met: unknown
  return promise => {
    const owner: unknown = isObject(promise) ? Object.getPrototypeOf(promise) : undefined
    if (owner === met) return
    met = owner
    if (!hasMethod(owner, '_responseProps') || !hasMethod(owner, 'parseResponseTraced')) return
    patches.method(owner, 'parseResponseTraced', ({ args, proceed }) => observeDerivedParse(args[0], () => proceed()))
  }
}

/** `toolRunner()` and `thread()`: what they give is met here first, and with it the class that takes tools later. */
function withTools(call: PatchedCall, patches: Patches, auditTools: (tools: unknown) => void): unknown {
  guarded('auditing tools', () => auditTools(readData(call.args[0], 'tools')))
  const made = call.proceed()
  guarded('attaching to a runner', () => {
    const owner: unknown = isObject(made) ? Object.getPrototypeOf(made) : undefined
    for (const name of TOOL_CHANGES.filter(each => hasMethod(owner, each))) {
      patches.method(owner, name, change => {
        guarded('auditing tools', () => auditTools(change.args))
        const result = change.proceed()
        auditToolsOf(change.self, auditTools)
        return result
      })
    }
    for (const name of ['toolRunner', 'update'].filter(each => hasMethod(owner, each))) {
      patches.method(owner, name, change => withTools(change, patches, auditTools))
    }
  })
  return made
}

function hasMethod(owner: unknown, name: string): boolean {
  return typeof readProperty(owner, name) === 'function'
}

/** The prototype that has a method itself. */
function ownerOf(prototype: unknown, name: string): unknown {
  for (let owner = prototype; isObject(owner); owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, name)) return owner
  }
  return prototype
}
