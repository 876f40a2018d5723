/** The AI SDK as an application gets it that is audited: its telemetry, and its functions as `require` gives them. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type * as sdk from 'ai'
import { createRequire } from 'node:module'
import { z } from 'zod'
import { AI_SDK } from '../../../src/instrumentation/ai/ai-sdk.ts'
import { Patches } from '../../../src/instrumentation/patches.ts'
import type { ModelServer } from '../../support/model-server.ts'
import { auditing } from '../support/audited.ts'
import type { Audited } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'

const require = createRequire(import.meta.url)
// What it says of models of the test's own is of no interest.
Reflect.set(globalThis, 'AI_SDK_LOG_WARNINGS', false)

/** As the application would get it without an audit. */
export const PLAIN = require('ai') as typeof sdk

/** Version 6 has no telemetry that is switched on by itself. */
export const IS_VERSION_7 = 'registerTelemetry' in PLAIN

export interface AuditedSdk extends Audited {
  readonly ai: typeof sdk
}

export function auditingSdk(): AuditedSdk {
  const audited = auditing(AI_SDK)
  const patches = new Patches()
  const ai = AI_SDK.packages[0]?.attach(PLAIN, patches) as typeof sdk
  const stop = (): Promise<void> => {
    patches.undo()
    return audited.stop()
  }
  return { ...audited, ai, stop }
}

export interface ServedBy {
  readonly url: string
  readonly fetch?: typeof fetch
}

/** Models of a model server, by name. */
export function providerOf({ url, fetch }: ServedBy): ReturnType<typeof createOpenAICompatible> {
  return createOpenAICompatible({
    name: 'fake',
    baseURL: `${url}/v1`,
    apiKey: 'none',
    includeUsage: true,
    ...(fetch !== undefined && { fetch }),
  })
}

const inputSchema = z.object({ city: z.string() })

export const TOOLS = {
  weather: PLAIN.tool({ inputSchema, execute: ({ city }) => Promise.resolve(`${city} sunny`) }),
}

export function toolsThat(execute: (input: { city: string }) => Promise<string>) {
  return { weather: PLAIN.tool({ inputSchema, execute }) }
}

export function askingTools() {
  return { weather: PLAIN.tool({ inputSchema, needsApproval: true, execute: () => Promise.resolve('sunny') }) }
}

/** What the application may say of telemetry; versions differ in the option's name. */
export function telemetry(settings: object | undefined): object {
  return settings === undefined ? {} : { telemetry: settings, experimental_telemetry: settings }
}

/** Errors of streams are printed unless somebody listens. */
export const QUIET = { onError: (): void => {} } as const

export async function textOf(result: { readonly textStream: AsyncIterable<string> }): Promise<string> {
  let text = ''
  for await (const piece of result.textStream) text += piece
  return text
}

export const THREE_STEPS = { stopWhen: PLAIN.stepCountIs(3) }

export interface Setting {
  readonly server: ModelServer
  readonly audited: AuditedSdk
  readonly model: ReturnType<typeof providerOf>
  readonly statuses: () => string[]
}

/** For the tests of the `describe` that it is called in. */
export function auditedSetting(): Setting {
  const audited = useAudited(auditingSdk)
  const server = useModelServer()
  beforeEach(() => server.clear())
  const statuses = (): string[] => audited.runs().map(({ status }) => status)
  return {
    server,
    audited,
    statuses,
    // Its address is not known before the tests run.
    get model() {
      return providerOf(server)
    },
  }
}
