// Claude streams an answer and runs a tool, and all of it is in the audit log. Asks the real service where ANTHROPIC_API_KEY
// is set, else a stand-in on this machine.
import Anthropic from '@anthropic-ai/sdk'
import { initAuditLogger, withAgent } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import { startModelServer } from '../../test/support/model-server.ts'

const audit = initAuditLogger({ dir: './audit' })
// The one line. `node --import kansa/register main.ts` does without it.
registerAuditInstrumentations({ instrumentations: ['anthropic'], modules: { anthropic: Anthropic } })

const key = process.env['ANTHROPIC_API_KEY']
const standIn = key === undefined ? await startModelServer() : undefined
const client = new Anthropic(standIn === undefined ? {} : { apiKey: 'none', baseURL: standIn.url })
const model = 'claude-opus-5-5'

const weather = {
  type: 'custom' as const,
  name: 'weather',
  description: 'The weather in a city',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
  parse: (input: unknown) => input,
  run: (input: unknown) => `sunny: ${JSON.stringify(input)}`,
}

await withAgent({ agentName: 'weather-desk', goal: 'Tell the weather in Paris' }, async run => {
  const greeting = client.messages.stream({
    model,
    max_tokens: 200,
    messages: [{ role: 'user', content: 'Say hello.' }],
  })
  greeting.on('text', text => process.stdout.write(text))
  await greeting.finalMessage()

  const answer = await client.beta.messages.toolRunner({
    model,
    max_tokens: 200,
    messages: [{ role: 'user', content: 'How is the weather in Paris?' }],
    tools: [weather],
  })
  for (const block of answer.content) if (block.type === 'text') console.log(`\n${block.text}`)
  console.log(`tokens of this run: ${run.tokensUsed}`)
})

await audit.shutdown()
await standIn?.close()
