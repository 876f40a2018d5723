/**
 * Answers of our hooks that come too late. The agent's process asks by requests, which the SDK answers behind the
 * application's back. Where the query was aborted or closed meanwhile, or the process was told that nothing more comes,
 * older versions let the answer fail as a rejection or an event that nobody handles, which ends the application. Without
 * hooks there would have been no request: ours must not end it.
 */
import { shadowMethod } from '../../pipeline/observe/method.ts'
import { isObject, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { isOwnHook } from './injected-hooks.ts'

/** The application's own hooks and its `canUseTool` fail as they do without us. */
export function forgiveLateAnswers(query: object): void {
  const callbacks = readProperty(query, 'hookCallbacks')
  const transport = readProperty(query, 'transport')
  if (!(callbacks instanceof Map) || !isObject(transport)) return
  // Read now: closing the query clears it.
  const own = new Set(
    [...callbacks].flatMap(([id, hook]: readonly [unknown, unknown]) => (isOwnHook(hook) ? [id] : [])),
  )
  // Ids of requests for hooks of ours that are being answered. Owned by this function, and gone with the query.
  const answered = new Set<unknown>()
  shadowMethod(query, 'handleControlRequest', (original, args) => {
    if (!own.has(readPath(args[0], ['request', 'callback_id']))) return original(args)
    const id = readPath(args[0], ['request_id'])
    answered.add(id)
    const answering = original(args)
    const forget = (): void => void answered.delete(id)
    if (answering instanceof Promise) answering.then(forget, forget)
    return answering
  })
  shadowMethod(transport, 'write', (original, args) => {
    const [text] = args
    const isOwn = typeof text === 'string' && [...answered].some(id => text.includes(JSON.stringify(id)))
    if (!isOwn) return original(args)
    if (readPath(transport, ['processStdin', 'writableEnded']) === true) return undefined
    try {
      return original(args)
    } catch {
      return undefined
    }
  })
}
