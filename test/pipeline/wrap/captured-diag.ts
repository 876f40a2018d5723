/** What Kansa reports of its own faults while a test runs. */
import { diag, DiagLogLevel } from '@opentelemetry/api'

const ignore = (): void => {}

/** Runs `fn`, whose reports are in the list it is given, until it returns or its promise settles. */
export async function withCapturedDiag<T>(fn: (reports: string[]) => T | Promise<T>): Promise<T> {
  const reports: string[] = []
  const error = (message: string): void => void reports.push(message)
  diag.setLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL)
  try {
    return await fn(reports)
  } finally {
    diag.disable()
  }
}
