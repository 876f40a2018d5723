/** pino writing asynchronously to a file, with its default buffer; what the targets are ratios of. */
import { once } from 'node:events'
import { join } from 'node:path'
import type { AuditEvent } from 'kansa'
import pino from 'pino'
import { toolCallEvent } from '../events.ts'
import type { Subject } from '../subject.ts'
import { PINO_OPTIONS } from './pino-options.ts'

export async function openPinoAsync(dir: string): Promise<Subject<AuditEvent>> {
  const destination = pino.destination({ dest: join(dir, 'pino.log'), sync: false, minLength: 4096 })
  await once(destination, 'ready')
  const logger = pino(PINO_OPTIONS, destination)
  return {
    make: toolCallEvent,
    log: event => logger.info(event),
    flush: async () => {
      destination.end()
      await once(destination, 'close')
    },
  }
}
