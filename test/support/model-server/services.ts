/** Which service a request is meant for. */
import type { Answer, ReceivedRequest } from './answer.ts'
import { anthropicAnswer, anthropicCountAnswer } from './anthropic.ts'
import { cloudAnswer } from './clouds.ts'
import { geminiAnswer } from './gemini.ts'
import {
  chatAnswer,
  compactAnswer,
  completionAnswer,
  embeddingsAnswer,
  openAiError,
  responsesAnswer,
} from './openai.ts'

export function answerTo(request: ReceivedRequest): Answer {
  const path = request.path.split('?', 1)[0] ?? ''
  if (path.endsWith('/chat/completions')) return chatAnswer(request)
  if (path.endsWith('/completions')) return completionAnswer(request)
  if (path.endsWith('/responses')) return responsesAnswer(request)
  if (path.endsWith('/responses/compact')) return compactAnswer(request)
  if (path.endsWith('/embeddings')) return embeddingsAnswer(request)
  if (path.endsWith('/v1/messages/count_tokens')) return anthropicCountAnswer(request)
  if (path.endsWith('/v1/messages')) return anthropicAnswer(request)
  if (/:(stream)?generateContent$/i.test(path)) return geminiAnswer(request)
  const cloud = cloudAnswer(request, path)
  if (cloud !== undefined) return cloud
  return { model: '', status: 404, whole: openAiError(404), error: openAiError }
}
