/** `@langchain/core`: a chat model, and a tool, each invoked by itself. */
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { z } from 'zod'
import type { Calls } from '../driver.ts'

export function open(url: string): Calls {
  const model = new ChatOpenAI({ model: 'm', apiKey: 'none', maxRetries: 0, configuration: { baseURL: `${url}/v1` } })
  const weather = tool(() => 'sunny', {
    name: 'weather',
    description: 'weather in a city',
    schema: z.object({ city: z.string() }),
  })
  return {
    modelCall: () => model.invoke('What is the weather in Paris? Answer in one word.'),
    toolTurn: async toolCalls => {
      for (let index = 0; index < toolCalls; index++) await weather.invoke({ city: 'Paris' })
    },
  }
}
