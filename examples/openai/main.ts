// A chat that streams and a model that calls tools, and all of it in the audit log. Asks the real service where
// OPENAI_API_KEY is set, else a stand-in on this machine.
import { initAuditLogger, withAgent } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import OpenAI from 'openai'
import { startModelServer } from '../../test/support/model-server.ts'

const audit = initAuditLogger({ dir: './audit' })
// The one line. `node --import kansa/register main.ts` does without it.
registerAuditInstrumentations({ instrumentations: ['openai'], modules: { openai: OpenAI } })

const key = process.env['OPENAI_API_KEY']
const standIn = key === undefined ? await startModelServer() : undefined
const client = new OpenAI(standIn === undefined ? {} : { apiKey: 'none', baseURL: `${standIn.url}/v1` })
const model = 'gpt-5-mini'

const weather = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
    parse: JSON.parse,
    function: ({ city }: { city: string }) => `sunny in ${city}`,
  },
}

await withAgent({ agentName: 'weather-desk', goal: 'Tell the weather in Paris' }, async run => {
  const greeting = await client.chat.completions.create({
    model,
    stream: true,
    // Without it the service tells no token counts of a stream.
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Say hello.' }],
  })
  for await (const chunk of greeting) process.stdout.write(chunk.choices[0]?.delta.content ?? '')

  const answer = client.chat.completions.runTools({
    model,
    messages: [{ role: 'user', content: 'How is the weather in Paris?' }],
    tools: [weather],
  })
  console.log(`\n${await answer.finalContent()}`)
  console.log(`tokens of this run: ${run.tokensUsed}`)
})

await audit.shutdown()
await standIn?.close()
