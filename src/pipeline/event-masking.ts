/** The masker that the option `redaction` asks for, and the one that stands where there are no options. */
import { diag } from '@opentelemetry/api'
import { KansaError } from '../errors.ts'
import type { EventMasker } from '../events/masking.ts'
import { newRedactionKey, readRedactionKeyFile } from '../journal/redaction-key.ts'
import { createEventMasker } from '../redaction/masker.ts'
import { refuseSlowPatterns } from '../redaction/user-patterns.ts'
import type { Redaction } from './redaction-options.ts'

/**
 * The key that the options give, if they do. To be asked for before a folder is made: what is wrong is told here.
 * @throws KansaError `KANSA_INVALID_KEY`, or `KANSA_INVALID_OPTION` for a pattern that cannot run in linear time
 */
export function givenKeyOf({ isOn, key, keyFile, patterns }: Redaction): Buffer | undefined {
  if (!isOn) return undefined
  refuseSlowPatterns(patterns)
  return keyFile === undefined ? key : readRedactionKeyFile(keyFile)
}

/**
 * `undefined` where events are stored as they are. `key` default: what the options give, else one of this masker's own.
 * `report` is told once of a function of the user's that fails; default: OpenTelemetry's diagnostics.
 * @throws KansaError `KANSA_INVALID_KEY` or `KANSA_INVALID_OPTION`
 */
export function maskerFor(
  redaction: Redaction,
  key?: Buffer,
  report: (error: KansaError) => void = tellDiagnostics,
): EventMasker | undefined {
  const { isOn, keys: names, paths, patterns, packs, mask, maxMillis } = redaction
  if (!isOn) return undefined
  const masker = createEventMasker({
    key: key ?? givenKeyOf(redaction) ?? newRedactionKey(),
    names,
    paths,
    patterns,
    packs,
    ...(mask !== undefined && {
      mask,
      onMaskFailure: (problem: string) => report(new KansaError('KANSA_INVALID_OPTION', problem)),
    }),
    ...(maxMillis !== undefined && { maxMillis }),
  })
  return mask === undefined && paths.length === 0 ? remembering(masker) : masker
}

function remembering(masker: EventMasker): EventMasker {
  return { begin: () => masker.begin(), knownClean: new Set() }
}

function tellDiagnostics({ message }: KansaError): void {
  diag.error(withoutSecrets(`kansa: ${message}`))
}

// Owned by STANDARD_MASKER: made when something is masked for the first time, not when the package is loaded.
let standard: EventMasker | undefined

/** The rules that Kansa has, with a key of this process: for events before `initAuditLogger`, and for messages. */
export const STANDARD_MASKER: EventMasker = {
  begin: () => {
    standard ??= createEventMasker({ key: newRedactionKey() })
    return standard.begin()
  },
}

/** A message for `onError`, diagnostics or a console: it may quote what somebody else's code threw. Never throws. */
export function withoutSecrets(message: string): string {
  try {
    return STANDARD_MASKER.begin().maskText(message, 'message')
  } catch {
    // Whoever reports trouble must not make more of it.
    return 'a message that could not be searched for secrets'
  }
}

/** The same for an error; its cause goes too then, because it is where the secret comes from. Never throws. */
export function errorWithoutSecrets(error: KansaError): KansaError {
  const message = withoutSecrets(error.message)
  return message === error.message ? error : new KansaError(error.code, message)
}
