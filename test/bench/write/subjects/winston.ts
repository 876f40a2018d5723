/** winston with winston-daily-rotate-file, rotated and kept like Kansa's journal. */
import { once } from 'node:events'
import type { AuditEvent } from 'kansa'
import winston from 'winston'
import DailyRotateFile from 'winston-daily-rotate-file'
import { toolCallEvent } from '../events.ts'
import type { Subject } from '../subject.ts'

export async function openWinston(dir: string): Promise<Subject<AuditEvent>> {
  const transport = new DailyRotateFile({ dirname: dir, filename: 'winston-%DATE%.log', maxSize: '100m', maxFiles: 10 })
  const logger = winston.createLogger({ format: winston.format.json(), transports: [transport] })
  return {
    make: toolCallEvent,
    log: event => {
      logger.info(event)
    },
    flush: async () => {
      const finished = once(transport, 'finish')
      logger.end()
      await finished
    },
  }
}
