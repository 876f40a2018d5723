/** What tests open journals with, and the lines they append. Without mocha: programs use it too. */
import type { JournalOptions } from '../../../src/journal/journal.ts'

export function defaults(dir: string): JournalOptions {
  return {
    dir,
    maxFileBytes: 100 * 1024 * 1024,
    maxBackups: 10,
    minRetentionDays: 0,
    onRetentionConflict: 'grow',
    // How full the disk of the tests is must not matter.
    minFreeBytes: 0,
    minFreePercent: 0,
    maxQueueBytes: 64 * 1024 * 1024,
    flushIntervalMillis: 60_000,
    fileMode: 0o600,
    dirMode: 0o700,
    onLocked: 'refuse',
    instanceId: crypto.randomUUID(),
    origin: undefined,
    signers: undefined,
    firstLines: () => [],
    onNotice: () => {},
  }
}

/** The head of a line, as the pipeline hands it over. */
export function head(id: string, extra: Record<string, unknown> = {}): string {
  return JSON.stringify({ id, ...extra }).slice(0, -1)
}
