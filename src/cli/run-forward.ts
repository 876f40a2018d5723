/** What `kansa forward` does. */
import { once } from 'node:events'
import { dirname } from 'node:path'
import { KansaError } from '../errors.ts'
import type { AuditEventKind } from '../events/kinds.ts'
import type { DeliveryStatus } from '../forward/delivery-status.ts'
import { type Destination, resolveDestinations } from '../forward/destination.ts'
import { Forwarder } from '../forward/forwarder.ts'
import { newestCheckpoint } from '../journal/forwarding/sealed-checkpoints.ts'
import { findLogEnd } from '../journal/log-end.ts'
import { readDestinations, SEVERITIES } from '../pipeline/otlp-options.ts'
import { EXIT_INCOMPLETE, EXIT_IO, EXIT_NOT_DELIVERED } from './exit-codes.ts'
import { ForwardProgress } from './forward-progress.ts'
import { say } from './output.ts'
import { countText } from './quantities.ts'
import { requireLogs } from './require-logs.ts'

export interface ForwardFlags {
  readonly dir: string
  readonly endpoint?: string
  readonly name: string
  readonly follow?: true
  readonly from?: number
  readonly header?: readonly string[]
  readonly encoding?: 'json' | 'protobuf'
  readonly compression?: 'none' | 'gzip'
  readonly type?: readonly string[]
  readonly severity?: string
  /** Milliseconds. */
  readonly patience: number
}

/** Between two looks for new checkpoints, in milliseconds. */
const LOOK_MILLIS = 1000
const KINDS: Readonly<Record<string, AuditEventKind>> = {
  agent: 'AgentExecution',
  api: 'ApiCall',
  tool: 'ToolCall',
  token: 'TokenUsage',
  security: 'Security',
}

export async function forward(flags: ForwardFlags): Promise<void> {
  const { activePaths, singleFile } = requireLogs(flags.dir)
  if (singleFile) throw new KansaError('KANSA_INVALID_OPTION', `${flags.dir} is one file: give the audit folder`)
  const [destination] = resolveDestinations(readDestinations(optionsOf(flags)))
  if (destination === undefined) throw new KansaError('KANSA_INVALID_OPTION', 'no endpoint is given')
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const deliveries = activePaths.map(path => new LogForwarding(dirname(path), destination, flags, stop.signal))
  if (flags.follow === true) await Promise.all(deliveries.map(delivery => delivery.run()))
  else for (const delivery of deliveries) await delivery.run()
}

/** One log of the folder. */
class LogForwarding {
  private readonly dir: string
  private readonly flags: ForwardFlags
  private readonly signal: AbortSignal
  private readonly forwarder: Forwarder
  private readonly progress = new ForwardProgress()
  /** When something was delivered last. */
  private movedAt = performance.now()
  private next = -1
  private isDone = false
  private lastTrouble = ''

  constructor(dir: string, destination: Destination, flags: ForwardFlags, signal: AbortSignal) {
    this.dir = dir
    this.flags = flags
    this.signal = signal
    this.forwarder = new Forwarder({
      dir,
      destination,
      from: flags.from,
      onTrouble: message => this.tell(message),
      onStatus: status => this.saw(status),
    })
  }

  async run(): Promise<void> {
    const { forwarder } = this
    // Nothing of a delivery keeps a process alive by itself.
    const looking = setInterval(() => forwarder.wake(), LOOK_MILLIS)
    forwarder.start()
    const drained = this.untilDrained()
    try {
      await (this.flags.follow === true ? this.untilStopped() : Promise.race([drained, this.untilGivenUp()]))
      // Ending it ends the wait for it too.
      const { isDone } = this
      await forwarder.close()
      this.conclude(isDone)
    } finally {
      clearInterval(looking)
      this.progress.end()
    }
  }

  private async untilDrained(): Promise<void> {
    await this.forwarder.drained()
    this.isDone = true
  }

  private async untilStopped(): Promise<void> {
    if (!this.signal.aborted) await once(this.signal, 'abort')
  }

  private async untilGivenUp(): Promise<void> {
    while (!this.signal.aborted && !this.isDone) {
      const isLocked = this.forwarder.status.state === 'locked'
      if (isLocked || performance.now() - this.movedAt > this.flags.patience) return
      await new Promise(resolve => setTimeout(resolve, LOOK_MILLIS / 10))
    }
  }

  private saw(status: DeliveryStatus): void {
    if (status.next !== this.next) this.movedAt = performance.now()
    this.next = status.next
    this.progress.show(status)
  }

  private tell(message: string): void {
    if (message === this.lastTrouble) return
    this.lastTrouble = message
    this.progress.end()
    say(`${this.dir}: ${message}`)
  }

  private conclude(isDone: boolean): void {
    const { delivered, rejected, missing, skipped, pending } = this.forwarder.status
    this.progress.end()
    const parts = [
      `${countText(delivered, 'record')} delivered in all`,
      ...(skipped > 0 ? [`${skipped} left out by the filter`] : []),
      ...(rejected > 0 ? [`${rejected} refused`] : []),
      ...(missing > 0 ? [`${missing} missing`] : []),
      ...(pending > 0 ? [`${pending} to go`] : []),
    ]
    say(`${this.dir}: ${parts.join(', ')}`)
    if (rejected + missing > 0) worsen(EXIT_NOT_DELIVERED)
    const unsealed = findLogEnd(this.dir).nextSeq - (newestCheckpoint(this.dir)?.size ?? 0)
    if (unsealed > 0) {
      say(`${this.dir}: ${countText(unsealed, 'record')} not sealed yet: start the agent once, and forward again`)
      if (this.flags.follow !== true) worsen(EXIT_INCOMPLETE)
    }
    if (!isDone && this.flags.follow !== true) process.exitCode = EXIT_IO
  }
}

/** What cannot be delivered at all weighs more than what was not. */
function worsen(code: number): void {
  if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = code
}

function optionsOf(flags: ForwardFlags): Record<string, unknown> {
  const { endpoint, name, header = [], encoding, compression, type, severity } = flags
  const minSeverity = SEVERITIES.find(each => each === severity?.toUpperCase())
  const types = type?.map(kind => KINDS[kind] ?? kind)
  return {
    name,
    url: endpoint,
    ...(header.length > 0 && { headers: Object.fromEntries(header.map(headerOf)) }),
    encoding,
    compression,
    ...((types !== undefined || minSeverity !== undefined) && { filter: { types, minSeverity } }),
  }
}

function headerOf(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  throw new KansaError('KANSA_INVALID_OPTION', '--header must be name=value')
}
