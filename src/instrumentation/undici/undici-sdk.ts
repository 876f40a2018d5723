/**
 * Any client that is built on `fetch`, by the diagnostics channels of undici (Node's own, and the package's): a fallback for
 * SDKs that have no folder here. Only requests to model servers are looked at, and where an SDK's call is recorded already
 * they are counted as its attempts. Channels look on: nothing is refused, delayed or read twice.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { countAttempt, isModelCallClaimed } from '../../pipeline/observe/call-claim.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readPath, readProperty } from '../../pipeline/observe/property.ts'
import type { Patches } from '../patches.ts'
import type { Sdk } from '../sdk.ts'
import { HOSTS_VARIABLE, modelHosts } from './model-hosts.ts'
import { modelPathOf } from './model-operation.ts'
import { ObservedRequest } from './observed-request.ts'

const NAME = 'undici'
const WATCHED_KEY = Symbol.for('kansa.watchedRequests')

export const UNDICI: Sdk = { name: NAME, packages: [], attachGlobally, optIn: true }

function attachGlobally(patches: Patches): void {
  const isModelHost = modelHosts(process.env[HOSTS_VARIABLE])
  // Owned by this function. Weak: a request that nobody waits for is let go, and its call with it.
  const observed = new WeakMap<object, ObservedRequest>()

  on(patches, 'create', request => {
    const origin = String(readProperty(request, 'origin'))
    const path = modelPathOf(readProperty(request, 'method'), readProperty(request, 'path'))
    if (path === undefined || !isModelHost(origin) || !isFirstToSee(request)) return
    if (isModelCallClaimed()) return countAttempt(NAME)
    observed.set(request, new ObservedRequest(origin, path))
  })
  // Node 22 has no channels for the bodies.
  on(patches, 'bodyChunkSent', (request, message) => {
    const chunk = bytesOf(readProperty(message, 'chunk'))
    if (chunk !== undefined) observed.get(request)?.addSent(chunk)
  })
  on(patches, 'bodySent', request => observed.get(request)?.allSent())
  on(patches, 'headers', (request, message) => {
    const statusCode = readPath(message, ['response', 'statusCode'])
    if (typeof statusCode !== 'number') return
    const headers = readPath(message, ['response', 'headers'])
    const header = (name: string): string => headerOf(headers, name)
    observed.get(request)?.answered(statusCode, header('content-type'), header('content-encoding'))
  })
  on(patches, 'bodyChunkReceived', (request, message) => {
    const chunk = bytesOf(readProperty(message, 'chunk'))
    if (chunk !== undefined) observed.get(request)?.addReceived(chunk)
  })
  on(patches, 'trailers', request => observed.get(request)?.ended())
  on(patches, 'error', (request, message) => observed.get(request)?.failed(readProperty(message, 'error')))
}

/** What a subscriber throws would end the process. */
function on(patches: Patches, name: string, listener: (request: object, message: unknown) => void): void {
  const channel = `undici:request:${name}`
  const heard = (message: unknown): void => {
    const request = readProperty(message, 'request')
    if (isObject(request)) guarded('watching a request', () => listener(request, message))
  }
  subscribe(channel, heard)
  patches.onUndo(() => unsubscribe(channel, heard))
}

/** On `globalThis`: of two copies of this package only one records a request. */
function isFirstToSee(request: object): boolean {
  const existing: unknown = Reflect.get(globalThis, WATCHED_KEY)
  const watched = existing instanceof WeakSet ? existing : new WeakSet()
  if (watched !== existing) Object.defineProperty(globalThis, WATCHED_KEY, { value: watched })
  if (watched.has(request)) return false
  watched.add(request)
  return true
}

function bytesOf(chunk: unknown): Uint8Array | undefined {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk instanceof Uint8Array ? chunk : undefined
}

/** Names and values in turn, each as bytes or text. */
function headerOf(headers: unknown, name: string): string {
  if (!Array.isArray(headers)) return ''
  const list: readonly unknown[] = headers
  const index = list.findIndex((each, at) => at % 2 === 0 && String(each).toLowerCase() === name)
  return index < 0 ? '' : String(list[index + 1])
}
