/** pino with a transport: a worker thread writes the file, what it has not written dies with the process. */
import { once } from 'node:events'
import { join } from 'node:path'
import type { AuditEvent } from 'kansa'
import pino from 'pino'
import { toolCallEvent } from '../events.ts'
import type { Subject } from '../subject.ts'
import { PINO_OPTIONS } from './pino-options.ts'

export function openPinoWorker(dir: string): Promise<Subject<AuditEvent>> {
  return openTransport('pino/file', { destination: join(dir, 'pino.log') })
}

/** pino-roll with Kansa's defaults: files of 100 MB, ten of them kept. */
export function openPinoRoll(dir: string): Promise<Subject<AuditEvent>> {
  return openTransport('pino-roll', { file: join(dir, 'pino.log'), size: '100m', limit: { count: 10 } })
}

async function openTransport(target: string, options: object): Promise<Subject<AuditEvent>> {
  const transport = pino.transport({ target, options })
  await once(transport, 'ready')
  const logger = pino(PINO_OPTIONS, transport)
  return {
    make: toolCallEvent,
    log: event => logger.info(event),
    flush: async () => {
      transport.end()
      await once(transport, 'close')
    },
  }
}
