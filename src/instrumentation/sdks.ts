/** Every SDK that Kansa attaches to, each a folder beside this file. */
import { AI_SDK } from './ai/ai-sdk.ts'
import { ANTHROPIC } from './anthropic/anthropic-sdk.ts'
import { CLAUDE_AGENT_SDK } from './claude-agent-sdk/claude-agent-sdk-sdk.ts'
import { GOOGLE_GENAI } from './google-genai/google-genai-sdk.ts'
import { LANGCHAIN } from './langchain/langchain-sdk.ts'
import { MCP } from './mcp/mcp-sdk.ts'
import { OPENAI_AGENTS } from './openai-agents/openai-agents-sdk.ts'
import { OPENAI } from './openai/openai-sdk.ts'
import type { Sdk } from './sdk.ts'
import { UNDICI } from './undici/undici-sdk.ts'

export const SDKS: readonly Sdk[] = [
  AI_SDK,
  ANTHROPIC,
  CLAUDE_AGENT_SDK,
  GOOGLE_GENAI,
  LANGCHAIN,
  MCP,
  OPENAI,
  OPENAI_AGENTS,
  UNDICI,
]
