/**
 * An agent that knows nothing of Kansa and has two tools: `weather`, which the SDK runs, and `search`, which the agent runs
 * itself when the model asks for it, so that no instrumentation sees it.
 */
import OpenAI from 'openai'

const client = new OpenAI({ apiKey: 'none', baseURL: `${process.env['MODEL_URL']}/v1`, maxRetries: 0 })
const messages = [{ role: 'user' as const, content: 'Say hello.' }]
const parameters = { type: 'object', properties: {} }

await client.chat.completions
  .runTools({
    model: 'm',
    messages,
    tools: [
      { type: 'function', function: { name: 'weather', description: 'weather', parameters, function: () => 'sunny' } },
    ],
  })
  .done()

const answer = await client.chat.completions.create({
  model: 'm',
  messages,
  tools: [{ type: 'function', function: { name: 'search', description: 'search', parameters } }],
})
for (const call of answer.choices[0]?.message.tool_calls ?? []) {
  if (call.type === 'function') console.log(`${call.function.name}: found nothing`)
}
