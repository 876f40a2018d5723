/** `@google/genai`: content generation; automatic function calling. */
import { GoogleGenAI } from '@google/genai'
import type { CallableTool } from '@google/genai'
import { modelAskingFor } from '../driver.ts'
import type { Calls } from '../driver.ts'

const WEATHER: CallableTool = {
  tool: () => Promise.resolve({ functionDeclarations: [{ name: 'weather' }] }),
  callTool: calls =>
    Promise.resolve(
      calls.map(({ id, name = '' }) => ({
        functionResponse: { ...(id !== undefined && { id }), name, response: { output: 'sunny' } },
      })),
    ),
}

export function open(url: string): Calls {
  const { models } = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: url } })
  const contents = 'What is the weather in Paris? Answer in one word.'
  return {
    modelCall: () => models.generateContent({ model: 'gemini-x', contents }),
    toolTurn: toolCalls =>
      models.generateContent({ model: modelAskingFor(toolCalls), contents, config: { tools: [WEATHER] } }),
  }
}
