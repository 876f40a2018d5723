/** The same, required. */
const { BaseAnthropic } = require('@anthropic-ai/sdk/client')
const { Messages } = require('@anthropic-ai/sdk/resources/index')

class AnthropicVertex extends BaseAnthropic {
  messages = new Messages(this)
}

const { messages } = new AnthropicVertex({ apiKey: 'none', baseURL: process.env['MODEL_URL'] })
const body = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Say hello.' }] }

async function ask() {
  console.log((await messages.create(body)).content)
  for await (const event of await messages.create({ ...body, stream: true })) console.log(event.type)
}

void ask()
