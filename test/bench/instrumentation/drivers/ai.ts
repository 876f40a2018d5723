/** `ai`: `generateText`, which is a run of its own, with tools and without. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, stepCountIs, tool } from 'ai'
import { z } from 'zod'
import { modelAskingFor } from '../driver.ts'
import type { Calls } from '../driver.ts'

export function open(url: string): Calls {
  const provider = createOpenAICompatible({ name: 'bench', baseURL: `${url}/v1`, apiKey: 'none' })
  const prompt = 'What is the weather in Paris? Answer in one word.'
  const inputSchema = z.object({ city: z.string() })
  const weather = tool({ inputSchema, execute: () => 'sunny' })
  return {
    modelCall: () => generateText({ model: provider.chatModel('m'), prompt, maxRetries: 0 }),
    toolTurn: toolCalls =>
      generateText({
        model: provider.chatModel(modelAskingFor(toolCalls)),
        prompt,
        maxRetries: 0,
        tools: { weather },
        stopWhen: stepCountIs(2),
      }),
  }
}
