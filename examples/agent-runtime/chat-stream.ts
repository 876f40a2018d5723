/** Streamed answers: server-sent events to chunks, and chunks to the message they make up. */
import type { ChatChunk, ChatCompletion, ChatUsage, ToolCallRequest } from './chat-wire.ts'

/** The chunks of a streamed response. Ends at `[DONE]` or with the connection. */
export async function* readChunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<ChatChunk> {
  const decoder = new TextDecoder()
  let waiting = ''
  for await (const bytes of body) {
    waiting += decoder.decode(bytes, { stream: true })
    const lines = waiting.split(/\r?\n/)
    // The last one is not complete yet.
    waiting = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data:')) continue
      const data = line.slice('data:'.length).trim()
      if (data === '[DONE]') return
      const chunk: ChatChunk = JSON.parse(data)
      yield chunk
    }
  }
}

/** Puts a streamed answer together again. */
export class StreamedAnswer {
  id = ''
  model = ''
  content = ''
  usage: ChatUsage | undefined
  private readonly toolCalls: ToolCallRequest[] = []

  /** Takes the next chunk; returns the text that it adds. */
  add(chunk: ChatChunk): string {
    this.id ||= chunk.id
    this.model ||= chunk.model
    this.usage = chunk.usage ?? this.usage
    const delta = chunk.choices[0]?.delta
    for (const { index, id, function: piece } of delta?.tool_calls ?? []) {
      const call = (this.toolCalls[index] ??= { id: '', type: 'function', function: { name: '', arguments: '' } })
      call.id ||= id ?? ''
      call.function.name += piece?.name ?? ''
      call.function.arguments += piece?.arguments ?? ''
    }
    const text = delta?.content ?? ''
    this.content += text
    return text
  }

  get message(): ChatCompletion['choices'][number]['message'] {
    const content = this.content === '' ? null : this.content
    if (this.toolCalls.length === 0) return { role: 'assistant', content }
    return { role: 'assistant', content, tool_calls: this.toolCalls }
  }
}
