/** The agent's own process, as the package brings it along, with nobody but the model server to talk to. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messagesOf, SDK, SDK_FOLDER } from './support.ts'
import type { Options } from './support.ts'

/** Nobody listens there: what does not go to the model server goes nowhere. */
const NOWHERE = 'http://127.0.0.1:9'
const START_MILLIS = 30_000

/** A home of its own, with a file in it. */
export interface RealAgent {
  readonly home: string
  readonly file: string
  /** @param model says what the model server does; without, it asks for the tools that the prompt names */
  options(more?: Options, model?: string): Options
  remove(): void
}

export function makeRealAgent(modelServer: string): RealAgent {
  const home = mkdtempSync(join(tmpdir(), 'kansa-agent-'))
  const file = join(home, 'a.txt')
  writeFileSync(file, 'contents\n')
  const options = (more: Options = {}, model = 'told-tools'): Options => ({
    cwd: home,
    model,
    settingSources: [],
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      CLAUDE_CONFIG_DIR: join(home, '.claude'),
      CLAUDE_CODE_TMPDIR: home,
      ANTHROPIC_BASE_URL: modelServer,
      ANTHROPIC_API_KEY: 'test',
      // Subagents have models of their own.
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
      ANTHROPIC_DEFAULT_SONNET_MODEL: model,
      ANTHROPIC_DEFAULT_OPUS_MODEL: model,
      CLAUDE_CODE_SUBAGENT_MODEL: model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_TELEMETRY: '1',
      HTTP_PROXY: NOWHERE,
      HTTPS_PROXY: NOWHERE,
      NO_PROXY: '127.0.0.1',
    },
    ...(hasScript() && { executable: process.execPath }),
    ...more,
  })
  return { home, file, options, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Why it cannot be had here though the package is installed, or does not start; `undefined` when it answers. */
export async function problemOf(agent: RealAgent): Promise<string | undefined> {
  if (SDK_FOLDER === undefined) return 'the Claude Agent SDK is not installed'
  if (!hasScript() && !hasProgram(SDK_FOLDER)) return 'the program of the agent is not installed'
  const abortController = new AbortController()
  const timer = setTimeout(() => abortController.abort(), START_MILLIS)
  try {
    const messages = await messagesOf(SDK.query({ prompt: 'hello', options: agent.options({ abortController }) }))
    const said = messages.findLast(({ type }) => type === 'result')?.result
    return said === 'hello' ? undefined : `the program of the agent says ${said ?? 'nothing'}`
  } catch (error) {
    return `the program of the agent does not start: ${String(error)}`
  } finally {
    clearTimeout(timer)
  }
}

/** Older versions bring a script along. */
function hasScript(): boolean {
  return SDK_FOLDER !== undefined && existsSync(join(SDK_FOLDER, 'cli.js'))
}

/** Newer ones have a program for each platform, in packages that are optional. */
function hasProgram(folder: string): boolean {
  const { resolve } = createRequire(join(folder, 'package.json'))
  return ['', '-musl'].some(libc => {
    try {
      resolve(`@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}${libc}/package.json`)
      return true
    } catch {
      return false
    }
  })
}
