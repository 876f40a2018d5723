/** The helpers with which the AI SDK wants applications to be tested (`ai/test`), used as its documentation says. */
import { generateText, stepCountIs, streamText, tool } from 'ai'
import { MockLanguageModelV4, simulateReadableStream } from 'ai/test'
import { z } from 'zod'

const USAGE = {
  inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 20, text: 20, reasoning: undefined },
}

const asked: unknown[] = []
const steps = ['call', 'answer']
const model = new MockLanguageModelV4({
  doGenerate: options => {
    asked.push(options.prompt.length)
    return Promise.resolve(
      steps.shift() === 'call'
        ? {
            content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Paris"}' }],
            finishReason: { unified: 'tool-calls', raw: undefined },
            usage: USAGE,
            warnings: [],
          }
        : {
            content: [{ type: 'text', text: 'It is sunny.' }],
            finishReason: { unified: 'stop', raw: undefined },
            usage: USAGE,
            warnings: [],
          },
    )
  },
})
const weather = tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }) => `sunny in ${city}` })
const { text, totalUsage } = await generateText({
  model,
  tools: { weather },
  prompt: 'Hello',
  stopWhen: stepCountIs(5),
})
console.log(text, totalUsage, asked, model.doGenerateCalls.length)

const streaming = new MockLanguageModelV4({
  doStream: () =>
    Promise.resolve({
      stream: simulateReadableStream({
        chunks: [
          { type: 'text-start', id: 't' },
          { type: 'text-delta', id: 't', delta: 'Hel' },
          { type: 'text-delta', id: 't', delta: 'lo' },
          { type: 'text-end', id: 't' },
          { type: 'finish', finishReason: { unified: 'stop', raw: undefined }, logprobs: undefined, usage: USAGE },
        ],
      }),
    }),
})
for await (const part of streamText({ model: streaming, prompt: 'Hello' }).textStream) console.log(part)

const failing = new MockLanguageModelV4({ doGenerate: () => Promise.reject(new Error('no model today')) })
await generateText({ model: failing, prompt: 'Hello', maxRetries: 0 }).catch((error: unknown) =>
  console.log(String(error)),
)
