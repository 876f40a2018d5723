/**
 * What this process is attached to, and what it could not be attached to. It is also put down in the log, so that
 * `kansa doctor` can tell afterwards what was audited and what was not.
 */
import { ambientLogger } from '../pipeline/global-logger.ts'
import { guarded } from '../pipeline/observe/fault.ts'

export interface Attachment {
  /** The SDK, as `KANSA_INSTRUMENTATIONS` names it. */
  readonly sdk: string
  /** The package or file; absent where the SDK is attached to without a module. */
  readonly module?: string | undefined
  readonly version?: string | undefined
  /** Why nothing is recorded; absent where everything is in place. */
  readonly problem?: string | undefined
}

// Owned by this file's functions. The copies of a module count as one where the same became of them.
const attachments = new Map<string, Attachment>()
const listeners = new Set<(attachment: Attachment) => void>()

/** Everything so far, in order. */
export function listAttachments(): readonly Attachment[] {
  return [...attachments.values()]
}

/** `listener` is told about each attachment that is made, or fails, from now on. */
export function onAttachment(listener: (attachment: Attachment) => void): void {
  listeners.add(listener)
}

/** Never throws. */
export function noteAttachment(attachment: Attachment): void {
  const { sdk, module, version, problem } = attachment
  const key = JSON.stringify([sdk, module, version, problem])
  if (attachments.has(key)) return
  attachments.set(key, attachment)
  for (const listener of listeners) guarded('telling of an attachment', () => listener(attachment))
  guarded('recording an attachment', () => record(attachment))
}

function record({ sdk, module = sdk, version, problem }: Attachment): void {
  const name = version === undefined ? module : `${module} ${version}`
  ambientLogger().logSecurityEvent({
    severity: problem === undefined ? 'Info' : 'Warning',
    category: problem === undefined ? 'SdkAttached' : 'SdkNotAttached',
    message: problem === undefined ? `Calls of ${name} are audited.` : `Calls of ${name} are not audited: ${problem}.`,
    source: 'kansa',
    action: 'Logged',
    context: { sdk, module, ...(version !== undefined && { version }) },
  })
}
