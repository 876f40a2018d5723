/** A client as those of other clouds are: made of files of the SDK, whose own entry is never loaded. */
import { BaseAnthropic } from '@anthropic-ai/sdk/client'
import { Messages } from '@anthropic-ai/sdk/resources/index'

class AnthropicVertex extends BaseAnthropic {
  readonly messages = new Messages(this)
}

const { messages } = new AnthropicVertex({ apiKey: 'none', baseURL: process.env['MODEL_URL'] })
const body = { model: 'm', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Say hello.' }] }
console.log((await messages.create(body)).content)
for await (const event of await messages.create({ ...body, stream: true })) console.log(event.type)
