/** An agent that knows nothing of Kansa. Its output is to be the same with and without an audit. */
import OpenAI from 'openai'

const client = new OpenAI({ apiKey: 'none', baseURL: `${process.env['MODEL_URL']}/v1`, maxRetries: 1 })
const body = { model: 'm', messages: [{ role: 'user', content: 'Say hello.' }] } as const

const answer = await client.chat.completions.create({ ...body, messages: [...body.messages] })
console.log(answer.choices[0]?.message.content)
for await (const chunk of await client.chat.completions.create({
  ...body,
  messages: [...body.messages],
  stream: true,
})) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '')
}
console.log()
const { response } = await client.responses.create({ model: 'm', input: 'hi' }).withResponse()
console.log(response.status)
await client.embeddings
  .create({ model: 'fail-401', input: 'hi' })
  .catch((error: unknown) => console.log(error instanceof OpenAI.AuthenticationError))
