/**
 * Tools that agents were given. They are put down in the log when they are first seen, so that `kansa doctor` can tell
 * which of them were called without a record: a hole.
 */
import { ambientLogger } from '../pipeline/global-logger.ts'
import { isModelCallClaimed } from '../pipeline/observe/call-claim.ts'
import { guarded } from '../pipeline/observe/fault.ts'

/** More names than any program has on purpose: whoever makes them up as they go is not to fill the log. */
const MAX_TOOLS = 10_000

// Owned by this file's functions: names by SDK. A name is put down once per process and SDK.
const seen = new Map<string, Set<string>>()
let pending = new Map<string, string[]>()

/**
 * Notes tools that an agent or model was offered, where they are registered or sent along. Cheap for names that are known.
 * What is noted in one go of the program becomes one record. Never throws.
 * @param names as `ToolCall` events name them; what is no text is passed over
 */
export function noteTools(sdk: string, names: readonly unknown[]): void {
  guarded('noting tools', () => {
    const known = seen.get(sdk) ?? new Set<string>()
    seen.set(sdk, known)
    for (const name of names) {
      if (typeof name !== 'string' || known.has(name) || known.size >= MAX_TOOLS) continue
      known.add(name)
      if (pending.size === 0) queueMicrotask(recordPending)
      pending.set(sdk, [...(pending.get(sdk) ?? []), name])
    }
  })
}

/**
 * Notes the tools that a model client sends along. Inside of a framework's call they are the framework's to note: it knows
 * which of them are functions, and which stand for another agent.
 */
export function noteSentTools(sdk: string, names: () => readonly unknown[]): void {
  if (!isModelCallClaimed()) guarded('noting tools', () => noteTools(sdk, names()))
}

/** Every tool so far, by SDK. */
export function listTools(): ReadonlyMap<string, readonly string[]> {
  return new Map([...seen].map(([sdk, names]) => [sdk, [...names]]))
}

function recordPending(): void {
  const noted = pending
  pending = new Map()
  for (const [sdk, names] of noted) {
    guarded('recording tools', () =>
      ambientLogger().logSecurityEvent({
        severity: 'Info',
        category: 'ToolsOffered',
        message: `Tools are offered to agents: ${names.join(', ')}.`,
        source: 'kansa',
        action: 'Logged',
        context: { sdk, tools: JSON.stringify(names) },
      }),
    )
  }
}
