/** The same in CommonJS. */
const { createOpenAICompatible } = require('@ai-sdk/openai-compatible')
const { generateText, streamText } = require('ai')

async function main() {
  const provider = createOpenAICompatible({ name: 'fake', baseURL: `${process.env.MODEL_URL}/v1`, apiKey: 'none' })
  const off = { isEnabled: false }
  console.log((await generateText({ model: provider('m'), prompt: 'hi', telemetry: off })).text)
  for await (const text of streamText({ model: provider('m'), prompt: 'hi', telemetry: off }).textStream)
    console.log(text)
}

void main()
