/** Answers of Gemini's generateContent; the model's name is in the path. */
import { eventText, objectsIn, wantedTools } from './answer.ts'
import type { Answer, ReceivedRequest } from './answer.ts'

const USAGE = {
  promptTokenCount: 11,
  candidatesTokenCount: 7,
  totalTokenCount: 20,
  cachedContentTokenCount: 3,
  thoughtsTokenCount: 2,
}
const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

export function geminiAnswer(request: ReceivedRequest): Answer {
  const { body, path } = request
  const model = /models\/([^:/]+):/.exec(path)?.[1] ?? ''
  const declared = objectsIn(body['tools']).flatMap(tool => objectsIn(tool['functionDeclarations']))
  const tools = wantedTools(
    declared.map(({ name }) => name),
    request,
    model,
  )
  const calls = tools.map(({ id, name, args }) => ({ functionCall: { id, name, args } }))
  const answer = (parts: readonly object[], more: object = {}): object => ({
    candidates: [{ index: 0, content: { role: 'model', parts }, ...more }],
    modelVersion: 'gemini-real',
    responseId: 'resp_1',
  })
  const stop = { finishReason: 'STOP' }
  const error = (code: number): unknown => ({
    error: { code, message: `failed with ${code}`, status: STATUS_NAMES[code] ?? 'UNKNOWN' },
  })
  if (!/streamGenerateContent/i.test(path)) {
    const whole = { ...answer(calls.length > 0 ? calls : [{ text: 'hello' }], stop), usageMetadata: USAGE }
    return { model, whole, error }
  }
  const parts = calls.length > 0 ? [calls] : [[{ text: 'hel' }], [{ text: 'lo' }]]
  const events = parts.map((part, index) =>
    eventText(index < parts.length - 1 ? answer(part) : { ...answer(part, stop), usageMetadata: USAGE }),
  )
  return { model, error, events }
}
