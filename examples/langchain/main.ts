// An agent of LangChain runs a tool once a person has allowed it, and all of it is in the audit log. Asks the real service
// where OPENAI_API_KEY is set, else a stand-in on this machine.
import { initAuditLogger } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import { startModelServer } from '../../test/support/model-server.ts'

const audit = initAuditLogger({ dir: './audit' })
// The one line. What is imported after it is audited; `node --import kansa/register main.ts` does without it.
registerAuditInstrumentations({ instrumentations: ['langchain', 'openai'] })
const { createAgent, createMiddleware, humanInTheLoopMiddleware, tool } = await import('langchain')
const { Command, MemorySaver } = await import('@langchain/langgraph')
const { ChatOpenAI } = await import('@langchain/openai')

const key = process.env['OPENAI_API_KEY']
const standIn = key === undefined ? await startModelServer() : undefined
const service = standIn === undefined ? {} : { apiKey: 'none', configuration: { baseURL: `${standIn.url}/v1` } }

const weather = tool(({ city }: { city: string }) => `sunny in ${city}`, {
  name: 'weather',
  description: 'The weather in a city',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
})

// By `Reflect`, since its own types do not fit under `exactOptionalPropertyTypes`.
const approval: ReturnType<typeof createMiddleware> = Reflect.apply(humanInTheLoopMiddleware, undefined, [
  { interruptOn: { weather: true } },
])
const agent = createAgent({
  name: 'weather-desk',
  model: new ChatOpenAI({ model: 'gpt-6-mini', ...service }),
  tools: [weather],
  middleware: [approval],
  checkpointer: new MemorySaver(),
})

const thread = { configurable: { thread_id: 'desk-1' } }
const question = { messages: [{ role: 'user', content: 'How is the weather in Paris?' }] }
await agent.invoke(question, thread)
console.log('The agent waits: may it look at the weather? Yes.')
const answer = await agent.invoke(new Command({ resume: { decisions: [{ type: 'approve' }] } }), thread)
console.log(answer.messages.findLast(({ type }) => type === 'ai')?.text)

await audit.shutdown()
await standIn?.close()
