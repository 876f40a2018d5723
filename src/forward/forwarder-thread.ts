/**
 * The forwarders of a log as the agent's thread sees them. They run in a thread of their own, begun when there is something
 * to deliver: rebuilding, encoding and sending 5,000 records a second takes a fifth of a core, which is not the agent's to
 * give. Where a bundler left no file for a thread, they run here.
 */
import { randomUUID } from 'node:crypto'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { diag } from '@opentelemetry/api'
import { messageOf } from '../errors.ts'
import { releaseDestination } from '../journal/forwarding/destination-lock.ts'
import type { DeliveryStatus } from './delivery-status.ts'
import type { Destination } from './destination.ts'
import type { ExportOperation } from './export-operation.ts'
import { FORWARDER_PAUSES, type ForwarderPauses } from './forwarder.ts'
import { ForwarderGroup } from './forwarder-group.ts'
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.ts'

/** A thread that fails is begun anew, at most so often in a row. */
const MAX_STARTS = 5
/** Batches are short-lived: with V8's own choice garbage of many of them piles up before it is looked at. */
const YOUNG_MEGABYTES = 8
/**
 * Far more than a delivery takes. V8 lets garbage grow with the limit: catching up grows the process by 17 MB with this one,
 * and by 57 MB with V8's own.
 */
const OLD_MEGABYTES = 1024

export interface ForwarderThreadOptions {
  readonly dir: string
  readonly destinations: readonly Destination[]
  readonly onTrouble: (name: string, message: string) => void
  readonly onStatus?: (name: string, status: DeliveryStatus) => void
  readonly onExport?: (name: string, operation: ExportOperation) => void
  readonly pauses?: ForwarderPauses
}

/** Takes what is said to the forwarders. */
interface Host {
  post(message: ToThread): void
  end(): Promise<void>
}

// Owned by the logger's backend.
export class ForwarderThread {
  private readonly options: ForwarderThreadOptions
  private readonly settings: ThreadSettings
  private readonly statuses = new Map<string, DeliveryStatus>()
  private readonly drains = new Map<number, () => void>()
  private readonly closed = Promise.withResolvers<void>()
  private host: Host | undefined
  private starts = 0
  private lastDrain = 0
  private isClosing = false

  constructor(options: ForwarderThreadOptions) {
    const { dir, destinations, pauses = FORWARDER_PAUSES } = options
    this.options = options
    this.settings = { dir, destinations, instance: randomUUID(), pauses }
  }

  /** A checkpoint became durable: there is something to deliver. */
  wake(): void {
    if (!this.isClosing) this.post({ kind: 'wake' })
  }

  /** Undefined before anything is known. */
  statusOf(name: string): DeliveryStatus | undefined {
    return this.statuses.get(name)
  }

  /** Resolves when everything that is sealed by now is delivered, or the time is over. */
  async drain(timeoutMillis: number): Promise<void> {
    if (this.isClosing) return
    const id = this.lastDrain++
    await within(timeoutMillis, resolve => {
      this.drains.set(id, resolve)
      this.post({ kind: 'drain', id })
    })
    this.drains.delete(id)
  }

  /** Delivers what it can within the time, and ends. Never rejects. */
  async shutdown(timeoutMillis: number): Promise<void> {
    const deadline = performance.now() + timeoutMillis
    await this.drain(timeoutMillis)
    this.isClosing = true
    const { host } = this
    if (host === undefined) return
    host.post({ kind: 'close' })
    await within(Math.max(LEAST_CLOSE_MILLIS, deadline - performance.now()), resolve => {
      void this.closed.promise.then(resolve)
    })
    await host.end()
    const { dir, destinations, instance } = this.settings
    for (const { name } of destinations) releaseDestination(dir, name, instance)
  }

  private post(message: ToThread): void {
    this.host ??= this.begin()
    this.host.post(message)
  }

  private begin(): Host {
    this.starts++
    try {
      return this.beginThread()
    } catch (error) {
      return this.beginHere(error)
    }
  }

  private beginThread(): Host {
    // The same file beside this one, as source or compiled. Nothing of the application's is preloaded in it.
    const file = new URL(`./forwarder-worker${extname(import.meta.url)}`, import.meta.url)
    const env = { ...process.env, NODE_OPTIONS: '' }
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES, maxOldGenerationSizeMb: OLD_MEGABYTES }
    const worker = new Worker(file, {
      execArgv: [],
      env,
      resourceLimits,
      workerData: this.settings,
      name: 'kansa-forwarder',
    })
    let isReady = false
    worker.on('message', (message: FromThread) => {
      isReady ||= message.kind === 'ready'
      this.heard(message)
    })
    worker.on('error', error => {
      if (this.isClosing) return
      if (!isReady || this.starts >= MAX_STARTS) this.host = this.beginHere(error)
      else {
        this.tellAll(`the delivery thread failed and is begun anew: ${messageOf(error)}`)
        this.host = this.begin()
      }
      this.repeatDrains()
    })
    // After the listeners, which would hold the process again: no destination keeps an agent from ending.
    worker.unref()
    return {
      post: message => worker.postMessage(message, []),
      end: async () => {
        await worker.terminate()
      },
    }
  }

  private beginHere(reason: unknown): Host {
    diag.warn(`kansa: no thread for the delivery, it runs in the agent's: ${messageOf(reason)}`)
    const group = new ForwarderGroup(this.settings, message => this.heard(message))
    return { post: message => void group.handle(message), end: async () => {} }
  }

  private repeatDrains(): void {
    for (const id of this.drains.keys()) this.post({ kind: 'drain', id })
  }

  private heard(message: FromThread): void {
    switch (message.kind) {
      case 'ready':
        return
      case 'status':
        this.statuses.set(message.name, message.status)
        this.options.onStatus?.(message.name, message.status)
        return
      case 'exported':
        this.options.onExport?.(message.name, message.operation)
        return
      case 'trouble':
        this.options.onTrouble(message.name, message.message)
        return
      case 'drained':
        this.drains.get(message.id)?.()
        return
      case 'closed':
        this.closed.resolve()
    }
  }

  private tellAll(message: string): void {
    for (const { name } of this.settings.destinations) this.options.onTrouble(name, message)
  }
}

/** To end a request and to keep a position. */
const LEAST_CLOSE_MILLIS = 200

/** Who awaits this must not find the process gone: the timer keeps it alive. */
async function within(millis: number, begin: (resolve: () => void) => void): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, millis)
    begin(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
