/** What the two ways of attaching to the AI SDK, its functions and its telemetry, must know of each other. */
import { AsyncLocalStorage } from 'node:async_hooks'

/** What telemetry does not tell of the generation that comes next. */
export interface Untold {
  /** Of the `ToolLoopAgent` whose generation it is. */
  readonly agentId?: unknown
  /** What can cancel it. */
  readonly signal?: unknown
}

interface Surroundings {
  /** True inside a function of the SDK that records everything itself: telemetry has nothing to add. */
  readonly recorded: boolean
  untold?: Untold | undefined
}

const storage = new AsyncLocalStorage<Surroundings>()

/** Runs a function of the SDK that is recorded as it is called. */
export function recordedByCall<T>(step: () => T): T {
  return storage.run({ recorded: true }, step)
}

/** Runs a function of the SDK that is recorded by what its telemetry tells. */
export function recordedByTelemetry<T>(untold: Untold, step: () => T): T {
  return storage.run({ recorded: false, untold }, step)
}

/** Runs the application's own code, which may call the SDK again. */
export function outsideOfSdk<T>(step: () => T): T {
  return storage.run({ recorded: false }, step)
}

export function isRecordedByCall(): boolean {
  return storage.getStore()?.recorded === true
}

/** Given once: generations inside of an agent's tools are not the agent's. */
export function takeUntold(): Untold {
  const surroundings = storage.getStore()
  const untold = surroundings?.untold
  if (surroundings !== undefined) surroundings.untold = undefined
  return untold ?? {}
}
