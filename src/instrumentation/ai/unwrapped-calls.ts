/**
 * Model calls that telemetry tells of when they are made and when they are answered, but does not let be wrapped:
 * embeddings, reranking, generated objects. Layers inside do not learn of them; where the SDK's functions themselves are
 * attached to, this is not used.
 */
import type { ApiCallInput } from '../../events/inputs.ts'
import type { ModelCall } from '../../pipeline/observe/model-call.ts'
import { UsageReader } from '../../pipeline/observe/model-usage.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readData, readDataPath } from '../../pipeline/observe/property.ts'
import { startModelCall } from '../observed-calls.ts'
import { embeddingUsage, modelRequest } from './described.ts'

export class UnwrappedCalls {
  private readonly within: <T>(step: () => T) => T
  // Owned by this object, by the SDK's id of the call: one for each attempt where calls are made at the same time.
  private readonly open = new Map<unknown, ModelCall>()

  constructor(within: <T>(step: () => T) => T) {
    this.within = within
  }

  begin(operation: string, event: unknown): void {
    const key = keyOf(event)
    // Asked anew, after a failure of which nothing is told.
    if (this.open.has(key)) return
    this.within(() => {
      const call = startModelCall(modelRequest(operation, event, event))
      call.begin()
      this.open.set(key, call)
    })
  }

  answered(event: unknown): void {
    const key = keyOf(event)
    const call = this.open.get(key)
    this.open.delete(key)
    call?.tell(answerIn(event))
    call?.end({ kind: 'streamed', aborted: false })
  }

  /** What was never answered was asked anew, unless it is what ended the operation. */
  end(outcome: CallOutcome): void {
    if (outcome.kind !== 'returned') [...this.open.values()].at(-1)?.end(outcome)
    this.open.clear()
  }
}

/** Only chunks of `embedMany` are asked for at the same time. */
function keyOf(event: unknown): unknown {
  return readData(event, 'operationId') === 'ai.embedMany.doEmbed' ? readData(event, 'embedCallId') : undefined
}

function answerIn(event: unknown): Partial<ApiCallInput> {
  const usage = new UsageReader()
  usage.add(event)
  const id = readDataPath(event, ['response', 'id'])
  const model = readDataPath(event, ['response', 'modelId'])
  return {
    ...usage.usage(),
    ...embeddingUsage(event),
    responseId: typeof id === 'string' ? id : undefined,
    responseModel: typeof model === 'string' ? model : undefined,
    response: readData(event, 'objectText'),
  }
}
