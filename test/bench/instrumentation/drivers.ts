/** The SDKs that are measured; a file in `drivers/` for each. */
import type { OpenDriver } from './driver.ts'

export interface DriverEntry {
  /** Packages whose versions belong in the result. */
  readonly packages: readonly string[]
  readonly scenarios: readonly string[]
  /** More of the environment of the process that is audited. */
  readonly env?: Readonly<Record<string, string>>
  load(): Promise<OpenDriver>
}

const ALL = ['warm-model-call', 'model-call', 'tool-call']

export const DRIVERS: Readonly<Record<string, DriverEntry>> = {
  openai: { packages: ['openai'], scenarios: ALL, load: async () => (await import('./drivers/openai.ts')).open },
  anthropic: {
    packages: ['@anthropic-ai/sdk'],
    scenarios: ALL,
    load: async () => (await import('./drivers/anthropic.ts')).open,
  },
  'google-genai': {
    packages: ['@google/genai'],
    scenarios: ALL,
    load: async () => (await import('./drivers/google-genai.ts')).open,
  },
  langchain: {
    packages: ['@langchain/core', '@langchain/openai'],
    scenarios: ALL,
    load: async () => (await import('./drivers/langchain.ts')).open,
  },
  ai: {
    packages: ['ai', '@ai-sdk/openai-compatible'],
    scenarios: ALL,
    load: async () => (await import('./drivers/ai.ts')).open,
  },
  'openai-agents': {
    packages: ['@openai/agents'],
    scenarios: ALL,
    load: async () => (await import('./drivers/openai-agents.ts')).open,
  },
  mcp: {
    packages: ['@modelcontextprotocol/sdk'],
    scenarios: ['tool-call'],
    load: async () => (await import('./drivers/mcp.ts')).open,
  },
  // Its model calls are those of another process.
  'claude-agent-sdk': {
    packages: [],
    scenarios: ['warm-model-call', 'tool-call'],
    load: async () => (await import('./drivers/claude-agent-sdk.ts')).open,
  },
  // Without a network there is nothing that it would see.
  undici: {
    packages: [],
    scenarios: ['model-call'],
    env: { KANSA_MODEL_HOSTS: '127.0.0.1' },
    load: async () => (await import('./drivers/undici.ts')).open,
  },
}
