/** Shows to which run an event belongs: indented by nesting, in a colour that stays the run's own. */
import type { StoredEvent } from '../events/line.ts'
import type { LineFormat } from './paint.ts'

const COLOURS: readonly LineFormat[] = [
  'cyan',
  'magenta',
  'green',
  'yellow',
  'blueBright',
  'greenBright',
  'magentaBright',
]
/** Deeper runs are drawn at this depth. */
const MAX_DEPTH = 5
/** So many runs are remembered; the oldest are forgotten first. */
const MAX_RUNS = 10_000

export interface Gutter {
  /** For example `│ ┏ `; empty outside of runs. */
  readonly text: string
  readonly format: LineFormat
}

export class RunGutter {
  // Depth by run id, in order of first sight.
  private readonly depths = new Map<string, number>()

  of(event: StoredEvent): Gutter {
    const { run_id: run, parent_run_id: parent } = event
    if (run === undefined) return { text: '', format: 'dim' }
    const depth = Math.min(MAX_DEPTH, this.depthOf(run, parent))
    return { text: `${'│ '.repeat(depth)}${markOf(event)} `, format: COLOURS[hash(run) % COLOURS.length] ?? 'cyan' }
  }

  private depthOf(run: string, parent: string | undefined): number {
    const known = this.depths.get(run)
    if (known !== undefined) return known
    const depth = parent === undefined ? 0 : (this.depths.get(parent) ?? 0) + 1
    this.depths.set(run, depth)
    const [oldest] = this.depths.size > MAX_RUNS ? this.depths.keys() : []
    if (oldest !== undefined) this.depths.delete(oldest)
    return depth
  }
}

function markOf({ event_type: { type, data } }: StoredEvent): string {
  if (type !== 'AgentExecution') return '┃'
  if (data.status === 'Started') return '┏'
  return data.status === 'Running' ? '┃' : '┗'
}

/** FNV-1a, 32 bits: the same run has the same colour every time. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  return value
}
