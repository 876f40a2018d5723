/** What the two ways of attaching to the AI SDK, its functions and its telemetry, must know of each other. */
import { AsyncLocalStorage } from 'node:async_hooks'

interface Surroundings {
  /** True inside a function of the SDK that records everything itself: telemetry has nothing to add. */
  readonly recorded: boolean
  /** Of the `ToolLoopAgent` whose generation comes next; telemetry does not tell it. */
  readonly agent?: { id: unknown } | undefined
}

const storage = new AsyncLocalStorage<Surroundings>()

/** Runs a function of the SDK that is recorded as it is called. */
export function recordedByCall<T>(step: () => T): T {
  return storage.run({ recorded: true }, step)
}

/** Runs a function of the SDK that is recorded by what its telemetry tells. */
export function recordedByTelemetry<T>(agentId: unknown, step: () => T): T {
  return storage.run({ recorded: false, agent: { id: agentId } }, step)
}

/** Runs the application's own code, which may call the SDK again. */
export function outsideOfSdk<T>(step: () => T): T {
  return storage.run({ recorded: false }, step)
}

export function isRecordedByCall(): boolean {
  return storage.getStore()?.recorded === true
}

/** Given once: generations inside of an agent's tools are not the agent's. */
export function takeAgentId(): unknown {
  const agent = storage.getStore()?.agent
  const id = agent?.id
  if (agent !== undefined) agent.id = undefined
  return id
}
