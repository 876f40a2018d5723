/** The Claude Agent SDK where it is installed, else a stand-in, with a process that stands in for the agent's. */
import { readFileSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isInRange } from '../../../src/instrumentation/version-range.ts'

const NAME = '@anthropic-ai/claude-agent-sdk'
const FAKES = join(import.meta.dirname, '../../support/fake-claude')

/** As much of it as the tests use. */
export interface AgentSdk {
  readonly AbortError: typeof Error
  query(params: { prompt: string | AsyncIterable<object>; options?: Options }): Query
  startup?(params: { options?: Options }): Promise<{ query(prompt: string): Query }>
}
export type Query = AsyncGenerator<Message, void> & {
  interrupt(): Promise<unknown>
  setPermissionMode(mode: string): Promise<unknown>
  close?(): void
}
export interface Message {
  readonly type: string
  readonly subtype?: string
  readonly result?: string
  readonly modelUsage?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
export type Hook = (input: { hook_event_name: string }, id: string | undefined) => Promise<object>
export interface Options {
  readonly hooks?: Readonly<Record<string, readonly { matcher?: string; hooks: readonly Hook[] }[]>>
  readonly canUseTool?: (name: string, input: object, context: { toolUseID: string }) => Promise<object>
  readonly abortController?: AbortController
  readonly agent?: string
  readonly [option: string]: unknown
}

/** The folder of `KANSA_TEST_SDKS` has a `node_modules`: the package is too large to be installed for every test. */
function findSdk(): string | undefined {
  for (const folder of [process.env['KANSA_TEST_SDKS'], join(import.meta.dirname, '../../..')]) {
    if (folder === undefined) continue
    const from = pathToFileURL(join(folder, 'index.js'))
    try {
      const description = findPackageJSON(NAME, from)
      if (description === undefined) continue
      const { main } = createRequire(from)(description) as { main: string }
      return join(dirname(description), main)
    } catch {
      // Not there.
    }
  }
  return undefined
}

const found = findSdk()
const loaded = (await import(found === undefined ? join(FAKES, 'stand-in.mjs') : pathToFileURL(found).href)) as AgentSdk

/** Of the real package. */
export const SDK_FOLDER: string | undefined = found === undefined ? undefined : dirname(found)
/** For the titles of tests: whether they are about the real package. */
export const TITLE = found === undefined ? 'claude-agent-sdk (stand-in)' : 'claude-agent-sdk'
/** Whether one prompt may have several results, since subagents work in the background. */
export const HAS_BACKGROUND: boolean =
  found === undefined || isInRange(versionOf(found), { from: '0.3.0', below: '1.0.0' })
/** As a loader hook gives it: exports that can be written. */
export const SDK: AgentSdk = { ...loaded }
/** As an `import` gives it. */
export const NAMESPACE: AgentSdk = loaded

export function optionsOf(more: Options = {}): Options {
  return {
    pathToClaudeCodeExecutable: join(FAKES, 'cli.mjs'),
    executable: process.execPath,
    settingSources: [],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    ...more,
  }
}

function versionOf(entry: string): string {
  const manifest = readFileSync(join(dirname(entry), 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

export async function messagesOf(query: AsyncIterable<Message>): Promise<Message[]> {
  const messages: Message[] = []
  for await (const message of query) messages.push(message)
  return messages
}
