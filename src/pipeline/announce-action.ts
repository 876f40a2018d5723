/**
 * An action is announced to its logger before it happens. The method is found by its name, so that wrappers and logger
 * may come from two copies of the package; a logger of the application's own has none, and no policy.
 */
import { KansaError, messageOf } from '../errors.ts'
import type { SecurityInput } from '../events/inputs.ts'
import type { AuditLogger } from './audit-api.ts'
import { withoutSecrets } from './event-masking.ts'
import type { ActionKind, IntendedAction } from './failure-policy.ts'
import { readProperty } from './observe/property.ts'

export interface ActionAnnouncer {
  /**
   * Returns when the action may happen: at once, or when its intention is stored. `describe` is called only where the
   * policy has to look at the action.
   * @throws KansaError `KANSA_NOT_RECORDED` when it must not happen
   */
  announceAction(kind: ActionKind, describe: () => IntendedAction): void
}

/** @throws KansaError `KANSA_NOT_RECORDED` when the action must not happen */
export function announceAction(logger: AuditLogger, kind: ActionKind, describe: () => IntendedAction): void {
  const announce = readProperty(logger, 'announceAction')
  if (typeof announce === 'function') Reflect.apply(announce, logger, [kind, describe])
}

/** The record of an intention. Whoever acts is its source, and so its actor where no run is. */
export function intentionOf({ kind, name, callId, input: { actorId } }: IntendedAction): SecurityInput {
  return {
    severity: 'Info',
    category: 'ActionIntended',
    message: `The ${SUBJECTS[kind]} ${name} is about to be ${VERBS[kind]}.`,
    source: name,
    // A callback of the application's that gave no text costs the record of the outcome, not the intention.
    actorId: typeof actorId === 'string' ? actorId : undefined,
    action: 'Logged',
    context: { kind, name, call_id: callId },
  }
}

/** What the caller gets in place of the action's result. */
export function refusalOf({ kind, name }: IntendedAction, cause: unknown): KansaError {
  const message =
    `the ${SUBJECTS[kind]} ${withoutSecrets(name)} was not ${VERBS[kind]}: \`onFailure\` is \`block\`, and what cannot be recorded ` +
    `beforehand must not happen (${withoutSecrets(messageOf(cause))})`
  return new KansaError('KANSA_NOT_RECORDED', message, { cause })
}

const SUBJECTS: Readonly<Record<ActionKind, string>> = { AgentExecution: 'agent', ToolCall: 'tool', ApiCall: 'model' }
const VERBS: Readonly<Record<ActionKind, string>> = { AgentExecution: 'started', ToolCall: 'run', ApiCall: 'called' }
