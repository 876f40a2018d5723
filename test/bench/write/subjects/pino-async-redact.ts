/** pino as in `pino-async`, with its own redaction of names that Kansa masks. */
import { once } from 'node:events'
import { join } from 'node:path'
import pino from 'pino'
import { toolCallObject } from '../events.ts'
import type { Subject } from '../subject.ts'
import { PINO_OPTIONS } from './pino-options.ts'

/** Of parameters that can hold a secret, the names people redact. */
const NAMES = ['password', 'secret', 'token', 'access_token', 'api_key', 'apiKey', 'authorization', 'cookie']
/** Where they stand: among the parameters, and in what these hold (`headers`, `env`). */
const PLACES = ['event_type.data.parameters', 'event_type.data.parameters.*']
const PATHS: readonly string[] = PLACES.flatMap(place => NAMES.map(name => `${place}.${name}`))

export async function openPinoAsyncRedact(dir: string): Promise<Subject<object>> {
  const destination = pino.destination({ dest: join(dir, 'pino.log'), sync: false, minLength: 4096 })
  await once(destination, 'ready')
  const logger = pino({ ...PINO_OPTIONS, redact: [...PATHS] }, destination)
  return {
    make: toolCallObject,
    log: event => logger.info(event),
    flush: async () => {
      destination.end()
      await once(destination, 'close')
    },
  }
}
