// Agents of OpenAI's SDK: a tool that a person approves, a handoff, and all of it is in the audit log. Asks the real service
// where OPENAI_API_KEY is set, else a stand-in on this machine.
import * as agents from '@openai/agents'
import { initAuditLogger } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import { OpenAI } from 'openai'
import { z } from 'zod'
import { startModelServer } from '../../test/support/model-server.ts'

const audit = initAuditLogger({ dir: './audit' })
// The one line. `node --import kansa/register main.ts` does without it.
registerAuditInstrumentations({ instrumentations: ['openai-agents'], modules: { 'openai-agents': agents } })

const key = process.env['OPENAI_API_KEY']
const standIn = key === undefined ? await startModelServer() : undefined
if (standIn !== undefined) {
  agents.setDefaultOpenAIClient(new OpenAI({ apiKey: 'none', baseURL: `${standIn.url}/v1` }))
  agents.setTracingDisabled(true)
}

const weather = agents.tool({
  name: 'weather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string() }),
  needsApproval: true,
  execute: ({ city }) => `sunny in ${city}`,
})
const desk = new agents.Agent({ name: 'weather-desk', instructions: 'Tell the weather.', tools: [weather] })
const reception = new agents.Agent({
  name: 'reception',
  instructions: 'Hand everything over to the weather desk.',
  handoffs: [desk],
})

let result = await agents.run(desk, 'How is the weather in Paris?')
while (result.interruptions.length > 0) {
  // A person would be asked here.
  for (const call of result.interruptions) {
    console.log(`approved: ${call.name}`)
    result.state.approve(call)
  }
  result = await agents.run(desk, result.state)
}
console.log(result.finalOutput)

const { lastAgent, finalOutput } = await agents.run(reception, 'Say hello.')
console.log(`${lastAgent?.name}: ${String(finalOutput)}`)

await audit.shutdown()
await standIn?.close()
