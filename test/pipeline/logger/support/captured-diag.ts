/** What Kansa says through OpenTelemetry's diagnostics. */
import { diag, DiagLogLevel } from '@opentelemetry/api'

export interface CapturedDiag {
  readonly warnings: string[]
  readonly errors: string[]
}

/** Inside a `describe`: captures from the call until the test ends. */
export function useCapturedDiag(): () => CapturedDiag {
  afterEach(() => diag.disable())
  return () => {
    const captured: CapturedDiag = { warnings: [], errors: [] }
    const nothing = (): void => {}
    diag.setLogger(
      {
        error: message => captured.errors.push(message),
        warn: message => captured.warnings.push(message),
        info: nothing,
        debug: nothing,
        verbose: nothing,
      },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    )
    return captured
  }
}
