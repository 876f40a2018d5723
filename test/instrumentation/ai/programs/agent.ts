/** An application of the AI SDK that knows nothing of Kansa, and wants no telemetry. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { embed, generateText, ToolLoopAgent } from 'ai'

const off = { isEnabled: false }
const provider = createOpenAICompatible({ name: 'fake', baseURL: `${process.env['MODEL_URL']}/v1`, apiKey: 'none' })

console.log((await generateText({ model: provider('m'), prompt: 'hi', telemetry: off })).text)
const agent = new ToolLoopAgent({ id: 'desk', model: provider('m'), telemetry: off })
for await (const text of (await agent.stream({ prompt: 'hi' })).textStream) process.stdout.write(text)
console.log()
console.log((await embed({ model: provider.embeddingModel('m'), value: 'hi' })).embedding)
await generateText({ model: provider('fail-401'), prompt: 'hi' }).catch((error: Error) => console.log(error.name))
