/** What the result of a query says of the whole of it. */
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { UsageReader } from '../../pipeline/observe/model-usage.ts'
import { isObject, readData } from '../../pipeline/observe/property.ts'
import { givenText } from '../given-text.ts'

export function resultOutcome(result: unknown): CallOutcome {
  const subtype = givenText(readData(result, 'subtype')) ?? 'success'
  const failed = subtype !== 'success' || readData(result, 'is_error') === true
  if (!failed) return { kind: 'returned', value: undefined }
  const errors = readData(result, 'errors')
  const told = Array.isArray(errors) ? errors.filter(error => typeof error === 'string').join('\n') : ''
  const message = told === '' ? (givenText(readData(result, 'result')) ?? subtype) : told
  return { kind: 'threw', error: { name: subtype === 'success' ? 'error' : subtype, message } }
}

/**
 * Tokens that the result counts and no message told: those of subagents, of a summary, of the end of an answer.
 * @param counted by messages since the result before
 * @param soFar of the run
 */
export function resultTokens(result: unknown, counted: number, soFar: number): number {
  const byModel = readData(result, 'modelUsage')
  const models: unknown[] = isObject(byModel) ? Object.values(byModel) : []
  // These are sums over the whole of the query; `usage` is of the latest prompt.
  if (models.length > 0) return models.reduce<number>((sum, usage) => sum + tokensOfModel(usage), 0) - soFar
  const reader = new UsageReader()
  reader.add(result)
  const { promptTokens = 0, completionTokens = 0 } = reader.usage()
  return promptTokens + completionTokens - counted
}

function tokensOfModel(usage: unknown): number {
  const names = ['inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheCreationInputTokens']
  return names.reduce((sum, name) => {
    const count = readData(usage, name)
    return sum + (typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0)
  }, 0)
}
