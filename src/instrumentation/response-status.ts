/** The HTTP status of a call, from the promises of the openai and anthropic SDKs. */
import type { ModelCall } from '../pipeline/observe/model-call.ts'
import { readPath, readProperty } from '../pipeline/observe/property.ts'
import { observeSettling } from '../pipeline/observe/settling.ts'

/** Listens to the promise of the response, without reading its body. A failure is told where the call is observed. */
export function tellStatus(result: unknown, observed: ModelCall): void {
  observeSettling(readProperty(result, 'responsePromise'), {
    ended: false,
    fulfilled: answer => {
      const statusCode = readPath(answer, ['response', 'status'])
      if (typeof statusCode === 'number') observed.tell({ statusCode })
    },
    rejected: () => {},
  })
}
