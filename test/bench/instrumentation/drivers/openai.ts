/** `openai`: a chat completion; the tool runner. */
import OpenAI from 'openai'
import { modelAskingFor } from '../driver.ts'
import type { Calls } from '../driver.ts'

export function open(url: string): Calls {
  const client = new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'What is the weather in Paris? Answer in one word.' }]
  return {
    modelCall: () => client.chat.completions.create({ model: 'm', messages }),
    toolTurn: toolCalls =>
      client.chat.completions
        .runTools({
          model: modelAskingFor(toolCalls),
          messages: [...messages],
          tools: [
            {
              type: 'function',
              function: {
                name: 'weather',
                description: 'weather in a city',
                parameters: { type: 'object', properties: { city: { type: 'string' } } },
                parse: JSON.parse,
                function: () => 'sunny',
              },
            },
          ],
        })
        .finalContent(),
  }
}
