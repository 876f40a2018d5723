/** What is shown at the end: what the agent did, as `kansa stats` counts it from the journal, and what to try next. */
import { spawnSync } from 'node:child_process'
import { relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AuditEvent } from 'kansa'

/** The command, as installed. */
export const KANSA: string = fileURLToPath(new URL('dist/cli/main.js', import.meta.resolve('kansa/package.json')))

/** Remembers a run worth looking at: the first one, or the first that has a run inside. */
export class NotableRun {
  private first: string | undefined
  private withNested: string | undefined

  add({ run_id, parent_run_id }: AuditEvent): void {
    this.first ??= run_id
    this.withNested ??= parent_run_id
  }

  get id(): string | undefined {
    return this.withNested ?? this.first
  }
}

/** Prints the statistics of one session. To be called when the journal is closed. */
export function printStats(dir: string, sessionId: string): void {
  spawnSync(process.execPath, [KANSA, 'stats', '--dir', shortest(dir), '--session', sessionId], { stdio: 'inherit' })
}

/** Three commands that work as they are, where the user typed the last one. */
export function nextCommands(dir: string, runId: string | undefined): string[] {
  const where = dir === resolve('audit') ? '' : ` --dir ${quoted(shortest(dir))}`
  return [
    `npx kansa tail -n 20${where}`,
    runId === undefined ? `npx kansa stats${where}` : `npx kansa stats --run ${runId}${where}`,
    `npx kansa query --type tool --where permission_granted=false${where}`,
  ]
}

/** Relative where that is inside the working folder, else absolute. */
export function shortest(path: string): string {
  const way = relative(process.cwd(), path)
  return way === '..' || way.startsWith(`..${sep}`) ? path : way
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
