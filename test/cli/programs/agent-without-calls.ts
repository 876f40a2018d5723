/** An agent that has an SDK, and asks the model past it. */
import OpenAI from 'openai'

const client = new OpenAI({ apiKey: 'none', baseURL: `${process.env['MODEL_URL']}/v1` })
const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Say hello.' }] })
await (await fetch(`${client.baseURL}/chat/completions`, { method: 'POST', body })).text()
