/**
 * `@anthropic-ai/claude-agent-sdk`: a query, with tools and without. A stand-in under its name, since the real one starts a
 * process for each query: what that takes is thousands of times what is to be measured.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { modelAskingFor } from '../driver.ts'
import type { Calls } from '../driver.ts'

const NAME = '@anthropic-ai/claude-agent-sdk'
const STAND_IN = fileURLToPath(new URL('../../../support/fake-claude', import.meta.url))

interface AgentSdk {
  query(params: { prompt: string }): AsyncIterable<unknown>
}

export async function open(): Promise<Calls> {
  const sdk = await importStandIn()
  const ask = async (prompt: string): Promise<number> => {
    let messages = 0
    for await (const _ of sdk.query({ prompt })) messages++
    return messages
  }
  return {
    modelCall: () => ask('What is the weather in Paris? Answer in one word.'),
    toolTurn: toolCalls => ask(modelAskingFor(toolCalls)),
  }
}

/** From where it is found by its name, which is how it is attached to. */
async function importStandIn(): Promise<AgentSdk> {
  const folder = mkdtempSync(join(tmpdir(), 'kansa-bench-agent-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const own = join(folder, 'node_modules', NAME)
  mkdirSync(own, { recursive: true })
  cpSync(STAND_IN, own, { recursive: true })
  const manifest = { name: NAME, version: '0.3.0', type: 'module', main: 'stand-in.mjs', exports: './stand-in.mjs' }
  writeFileSync(join(own, 'package.json'), JSON.stringify(manifest))
  const entry = join(folder, 'entry.mjs')
  writeFileSync(entry, `export { query } from '${NAME}'\n`)
  return (await import(pathToFileURL(entry).href)) as AgentSdk
}
