/** `@openai/agents`: a run of an agent, with tools and without. */
import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents'
import { z } from 'zod'
import { modelAskingFor } from '../driver.ts'
import type { Calls } from '../driver.ts'

export function open(url: string): Calls {
  setTracingDisabled(true)
  const modelProvider = new OpenAIProvider({ apiKey: 'none', baseURL: `${url}/v1` })
  const runner = new Runner({ modelProvider })
  const weather = tool({
    name: 'weather',
    description: 'weather in a city',
    parameters: z.object({ city: z.string() }),
    execute: () => 'sunny',
  })
  const question = 'What is the weather in Paris? Answer in one word.'
  const plain = new Agent({ name: 'bench', instructions: 'Be brief.', model: 'm' })
  return {
    modelCall: () => runner.run(plain, question),
    toolTurn: toolCalls => {
      const model = modelAskingFor(toolCalls)
      return runner.run(new Agent({ name: 'bench', instructions: 'Be brief.', model, tools: [weather] }), question)
    },
  }
}
