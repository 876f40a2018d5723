/** The same agent in CommonJS. */
const OpenAI = require('openai')

async function main() {
  const client = new OpenAI({ apiKey: 'none', baseURL: `${process.env.MODEL_URL}/v1` })
  const messages = [{ role: 'user', content: 'Say hello.' }]
  const answer = await client.chat.completions.create({ model: 'm', messages })
  console.log(answer.choices[0].message.content)
  // A member of a cluster, or a forked process, would wait for ever.
  process.disconnect?.()
}

void main()
