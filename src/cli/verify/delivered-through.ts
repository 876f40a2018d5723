/** Up to which record a log was delivered to a destination, as its forwarder keeps it beside the log. */
import { KansaError } from '../../errors.ts'
import { readCursor } from '../../journal/forwarding/cursor-file.ts'
import { destinationsOf } from '../../journal/forwarding/destination-files.ts'
import type { Bound } from '../../reconcile/expectation.ts'

const DELIVERED = /^delivered(?::(.*))?$/

/** The name in `delivered:NAME`, empty where it has none; `undefined` for anything else. */
export function destinationIn(until: string | undefined): string | undefined {
  const match = DELIVERED.exec(until ?? '')
  return match === null ? undefined : (match[1] ?? '')
}

/**
 * The first record that was not delivered yet. What the destination refused is before it: the dead letters name it.
 * @param name may be empty where there is one destination only
 * @throws KansaError `KANSA_INVALID_QUERY` where nothing is known of the destination
 */
export function deliveredThrough(dir: string, origin: string, name: string): Bound {
  const names = destinationsOf(dir)
  const [only] = names
  if (name === '' && names.length > 1) {
    throw wrong(`${dir} is delivered to several destinations: name one with --until delivered:${names.join(' or :')}.`)
  }
  const destination = name === '' ? only : names.find(known => known === name)
  const cursor = destination === undefined ? undefined : readCursor(dir, destination)
  if (cursor?.origin === origin) return { seq: cursor.next }
  const of = name === '' ? '' : ` to ${name}`
  throw wrong(`nothing in ${dir} says how far it was delivered${of}: give a seq or a time with --until.`)
}

function wrong(message: string): KansaError {
  return new KansaError('KANSA_INVALID_QUERY', message)
}
