/** Deliveries in this process, with short pauses, ended after each test. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OtlpOptions } from '../../../src/index.ts'
import { resolveDestinations } from '../../../src/forward/destination.ts'
import { Forwarder, type ForwarderOptions, type ForwarderPauses } from '../../../src/forward/forwarder.ts'
import type { AuditFolder } from '../../pipeline/logger/support/audit-folders.ts'
import { Endpoint } from './endpoint.ts'

export const SHORT_PAUSES: ForwarderPauses = { firstMillis: 10, lastMillis: 40, slowMillis: 40, lookMillis: 20 }

export interface DeadLetter {
  readonly id?: string
  readonly seq: number
  readonly last_seq?: number
  readonly reason: string
}

export class TestDelivery extends Forwarder {
  readonly troubles: string[]

  constructor(dir: string, otlp: OtlpOptions, options: Partial<ForwarderOptions> = {}) {
    const troubles: string[] = []
    const [destination] = resolveDestinations([{ timeoutMillis: 2000, ...otlp }])
    if (destination === undefined) throw new Error('no destination')
    super({ dir, destination, pauses: SHORT_PAUSES, onTrouble: message => troubles.push(message), ...options })
    this.troubles = troubles
  }
}

/** Inside a `describe`: endpoints and deliveries that are ended after each test. */
export function useDeliveries(): {
  readonly endpoint: () => Promise<Endpoint>
  readonly deliver: (dir: string, otlp: OtlpOptions, options?: Partial<ForwarderOptions>) => TestDelivery
} {
  const endings: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of endings.splice(0).toReversed()) await end()
  })
  return {
    endpoint: async () => {
      const endpoint = await new Endpoint().start()
      endings.push(() => endpoint.stop())
      return endpoint
    },
    deliver: (dir, otlp, options) => {
      const delivery = new TestDelivery(dir, otlp, options)
      endings.push(() => delivery.close())
      delivery.start()
      return delivery
    },
  }
}

/** Writes a log with so many tool calls, in commits of `perCommit`, and ends it. */
export async function writeLog(folder: AuditFolder, calls: number, perCommit = calls, options = {}): Promise<void> {
  const audit = folder.open(options)
  for (let call = 0; call < calls; call++) {
    audit.logToolCall({ toolName: 'shell', callId: `call-${call}`, outputPreview: 'x'.repeat(100) })
    if ((call + 1) % perCommit === 0) await audit.flush()
  }
  await audit.shutdown()
}

export function deadLettersIn(dir: string, name = 'default'): DeadLetter[] {
  const path = join(dir, 'forward', `${name}.dead-letter.jsonl`)
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter(line => line !== '').map((line): DeadLetter => JSON.parse(line))
}
