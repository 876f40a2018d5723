/** `@anthropic-ai/sdk`: a message; the tool runner. */
import Anthropic from '@anthropic-ai/sdk'
import { modelAskingFor } from '../driver.ts'
import type { Calls } from '../driver.ts'

export function open(url: string): Calls {
  const client = new Anthropic({ apiKey: 'none', baseURL: url, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'What is the weather in Paris? Answer in one word.' }]
  return {
    modelCall: () => client.messages.create({ model: 'm', max_tokens: 100, messages }),
    toolTurn: toolCalls =>
      client.beta.messages
        .toolRunner({
          model: modelAskingFor(toolCalls),
          max_tokens: 100,
          messages: [...messages],
          tools: [
            {
              name: 'weather',
              description: 'weather in a city',
              input_schema: { type: 'object', properties: { city: { type: 'string' } } },
              run: () => 'sunny',
              parse: content => content,
            },
          ],
        })
        .runUntilDone(),
  }
}
