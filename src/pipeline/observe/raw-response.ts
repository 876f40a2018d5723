/** A response that an SDK hands out unread: what its owner reads of it is told, nothing is read by us. */
import { guarded } from './fault.ts'
import { shadowMethod } from './method.ts'
import { isObject } from './property.ts'
import { observeSettling, observeStep } from './settling.ts'

/**
 * Tells what `json()` or `text()` of the response gave; where it is taken in another way, that it was taken. `isWanted`
 * false: somebody else is told.
 * @param response the promise of a `Response`
 */
export function observeRawResponse(response: unknown, isWanted: () => boolean, taken: (data: unknown) => void): void {
  observeSettling(response, {
    ended: false,
    fulfilled: raw => {
      if (!isObject(raw)) return
      readBy(raw, 'json', isWanted, taken)
      readBy(raw, 'text', isWanted, text => taken(guarded('reading a response', () => JSON.parse(String(text)))))
      for (const name of ['arrayBuffer', 'blob', 'bytes']) readBy(raw, name, isWanted, () => taken(undefined))
    },
    rejected: () => {},
  })
}

function readBy(raw: object, name: string, isWanted: () => boolean, taken: (data: unknown) => void): void {
  shadowMethod(raw, name, (original, args) =>
    observeStep(() => original(args), {
      ended: false,
      fulfilled: data => (isWanted() ? taken(data) : undefined),
      // The call itself was answered: that its body cannot be read is for its owner to handle.
      rejected: () => (isWanted() ? taken(undefined) : undefined),
    }),
  )
}
