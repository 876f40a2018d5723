// An agent of the AI SDK runs a tool, asks for permission to run another one, and all of it is in the audit log. Asks the
// service at OPENAI_BASE_URL where OPENAI_API_KEY is set, else a stand-in on this machine.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import * as ai from 'ai'
import { initAuditLogger } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import { z } from 'zod'
import { startModelServer } from '../../test/support/model-server.ts'

const audit = initAuditLogger({ dir: './audit' })
// The one line. `node --import kansa/register main.ts` does without it.
registerAuditInstrumentations({ instrumentations: ['ai'], modules: { ai } })

const apiKey = process.env['OPENAI_API_KEY']
const standIn = apiKey === undefined ? await startModelServer() : undefined
const baseURL =
  standIn === undefined ? (process.env['OPENAI_BASE_URL'] ?? 'https://api.openai.com/v1') : `${standIn.url}/v1`
const provider = createOpenAICompatible({ name: 'desk', baseURL, apiKey: apiKey ?? 'none', includeUsage: true })
const model = provider(process.env['OPENAI_MODEL'] ?? 'gpt-5.5-mini')

const inputSchema = z.object({ city: z.string() })
const weather = ai.tool({ description: 'The weather in a city', inputSchema, execute: ({ city }) => `${city}: sunny` })
const book = ai.tool({
  description: 'Books a trip',
  inputSchema,
  needsApproval: true,
  execute: ({ city }) => `booked ${city}`,
})

const forecaster = new ai.ToolLoopAgent({ id: 'forecaster', model, tools: { weather } })
const { textStream } = await forecaster.stream({ prompt: 'How is the weather in Paris?' })
for await (const text of textStream) process.stdout.write(text)

const agent = new ai.ToolLoopAgent({ id: 'travel-desk', model, tools: { book } })
const messages: ai.ModelMessage[] = [{ role: 'user', content: 'Book a trip to Paris.' }]
const asking = await agent.generate({ messages })
messages.push(...asking.response.messages)
for (const part of asking.content) {
  if (part.type !== 'tool-approval-request') continue
  const { approvalId } = part
  const answer = { type: 'tool-approval-response', approvalId, approved: false, reason: 'too expensive' } as const
  messages.push({ role: 'tool', content: [answer] })
}
console.log(`\n${(await agent.generate({ messages })).text}`)

await audit.shutdown()
await standIn?.close()
