import { expect } from 'chai'
import { readChunks, StreamedAnswer } from '../../examples/agent-runtime/chat-stream.ts'
import type { ChatChunk } from '../../examples/agent-runtime/chat-wire.ts'

const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm' } as const
const chunk = (delta: ChatChunk['choices'][number]['delta']): ChatChunk => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason: null }],
})
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }

async function answerFrom(bytes: AsyncIterable<Uint8Array>): Promise<StreamedAnswer> {
  const answer = new StreamedAnswer()
  for await (const chunk of readChunks(bytes)) answer.add(chunk)
  return answer
}

describe("the example's reader of streamed answers", () => {
  const chunks: ChatChunk[] = [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Grüße, 監査' }),
    chunk({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'shell', arguments: '' } }] }),
    chunk({
      tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'read_file', arguments: '{"pa' } }],
    }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"command":"ls"}' } }] }),
    chunk({ tool_calls: [{ index: 1, function: { arguments: 'th":"x"}' } }] }),
    { ...head, choices: [], usage },
  ]
  const stream = `: a comment\r\n${chunks.map(chunk => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('')}data: [DONE]\n\n`

  for (const size of [1, 7, 100_000]) {
    it(`puts text, tool calls and usage together from pieces of ${size} bytes`, async () => {
      const bytes = Buffer.from(stream)
      const answer = await answerFrom(
        (async function* () {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        })(),
      )
      expect(answer.message.content).to.equal('Grüße, 監査')
      expect(answer.message.tool_calls).to.deep.equal([
        { id: 'a', type: 'function', function: { name: 'shell', arguments: '{"command":"ls"}' } },
        { id: 'b', type: 'function', function: { name: 'read_file', arguments: '{"path":"x"}' } },
      ])
      expect(answer.usage).to.deep.equal(usage)
    })
  }
})
