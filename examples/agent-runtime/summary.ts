/** What happened, counted from the journal's own lines, and what to try next. */
import { relative, resolve, sep } from 'node:path'
import type { AuditEvent, AuditEventKind } from 'kansa'

export class Summary {
  private readonly startedAt = performance.now()
  private readonly byKind = new Map<AuditEventKind, number>()
  private tokens = 0
  private denied = 0
  private violations = 0

  add({ event_type: { type, data } }: AuditEvent): void {
    this.byKind.set(type, (this.byKind.get(type) ?? 0) + 1)
    if (type === 'TokenUsage') this.tokens += data.tokens_consumed
    if (type === 'ToolCall' && !data.permission_granted) this.denied += 1
    if (type === 'Security' && data.category === 'SandboxViolation') this.violations += 1
  }

  /** @param limit the token budget; `journal` the path of the journal; `dir` its folder */
  lines(limit: number, journal: string, dir: string): string[] {
    const kinds = [...this.byKind].toSorted(([a], [b]) => a.localeCompare(b)).map(([kind, count]) => `${kind} ${count}`)
    const total = [...this.byKind.values()].reduce((sum, count) => sum + count, 0)
    const seconds = (performance.now() - this.startedAt) / 1000
    return [
      `  events    ${total}: ${kinds.join(', ')}`,
      `  tokens    ${this.tokens} of ${limit}`,
      `  stopped   ${this.denied} by the permission policy, ${this.violations} by the sandbox`,
      `  duration  ${seconds.toFixed(1)} s`,
      `  journal   ${shortest(journal)}`,
      '',
      'Try next:',
      ...commands(journal, dir).map(command => `  ${command}`),
    ]
  }
}

function commands(journal: string, dir: string): string[] {
  const where = dir === resolve('audit') ? '' : ` --dir ${quoted(shortest(dir))}`
  const file = quoted(shortest(journal))
  return [
    `npx kansa tail${where} -n 20`,
    `jq 'select(.event_type.type == "ToolCall" and .event_type.data.permission_granted == false)' ${file}`,
    `jq 'select(.event_type.type == "TokenUsage") | .event_type.data.tokens_consumed' ${file} | awk '{sum+=$1} END {print sum}'`,
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
