/** OpenAI's chat completions wire format: the part that a small agent needs, spelled as it is on the wire. */

export interface ToolCallRequest {
  id: string
  type: 'function'
  /** `arguments` is JSON text, and a model may well get it wrong. */
  function: { name: string; arguments: string }
}

export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: ToolCallRequest[] }
  | { role: 'tool'; content: string; tool_call_id: string }

export interface ToolDeclaration {
  type: 'function'
  function: { name: string; description: string; parameters: Record<string, unknown> }
}

export interface ChatRequest {
  model: string
  messages: ChatMessage[]
  tools?: ToolDeclaration[]
  stream?: boolean
  /** Without it a streamed answer says nothing about the tokens it used. */
  stream_options?: { include_usage: boolean }
}

export interface ChatUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
}

export type FinishReason = 'stop' | 'tool_calls' | 'length' | 'content_filter'

export interface ChatCompletion {
  id: string
  object: 'chat.completion'
  created: number
  model: string
  choices: {
    index: number
    message: { role: 'assistant'; content: string | null; tool_calls?: ToolCallRequest[] }
    finish_reason: FinishReason
  }[]
  usage?: ChatUsage
}

/** One piece of a tool call; its pieces belong together by `index`. */
export interface ToolCallDelta {
  index: number
  id?: string
  type?: 'function'
  function?: { name?: string; arguments?: string }
}

export interface ChatChunk {
  id: string
  object: 'chat.completion.chunk'
  created: number
  model: string
  choices: {
    index: number
    delta: { role?: 'assistant'; content?: string | null; tool_calls?: ToolCallDelta[] }
    finish_reason: FinishReason | null
  }[]
  /** On the last chunk, which has no choices. */
  usage?: ChatUsage | null
}
