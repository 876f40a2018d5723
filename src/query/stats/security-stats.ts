/** Security findings by severity and category, and apart from them the log's own life. */
import { COVERAGE_CATEGORIES, LOG_LIFE_CATEGORIES } from '../../events/kinds.ts'
import type { ScannedEvent } from '../scan.ts'
import { Keyed } from './keyed.ts'
import type { StatsFields } from './stats-fields.ts'

export interface FindingSummary {
  readonly severity: string
  readonly category: string
  readonly count: number
  /** How many were blocked. */
  readonly blocked: number
}

/** How often each thing happened to the log itself, and to what it covers: `AuditStarted`, `AuditFailure`, `SdkAttached` … */
export type LogLife = Readonly<Record<string, number>>

const LIFE: ReadonlySet<string> = new Set([...LOG_LIFE_CATEGORIES, ...COVERAGE_CATEGORIES])
const SEVERITIES = ['Critical', 'Warning', 'Info']

interface Finding {
  severity: string
  category: string
  count: number
  blocked: number
}

export class SecurityStats {
  private readonly fields: StatsFields
  private readonly byKind = new Keyed<Finding>(() => ({ severity: '?', category: '?', count: 0, blocked: 0 }))
  private readonly life = new Keyed<{ readonly category: string; count: number }>(category => ({ category, count: 0 }))

  constructor(fields: StatsFields) {
    this.fields = fields
  }

  add(event: ScannedEvent): void {
    const category = this.fields.text(event, 'category') ?? '?'
    if (LIFE.has(category)) {
      this.life.get(category).count += 1
      return
    }
    const severity = this.fields.text(event, 'data.severity') ?? '?'
    const finding = this.byKind.get(JSON.stringify([severity, category]))
    if (finding.count === 0) Object.assign(finding, { severity, category })
    finding.count += 1
    if (this.fields.text(event, 'action') === 'Blocked') finding.blocked += 1
  }

  /** The worst first. */
  get findings(): FindingSummary[] {
    return this.byKind.values.toSorted(
      (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.count - a.count,
    )
  }

  get logLife(): LogLife {
    return Object.fromEntries(this.life.values.map(({ category, count }) => [category, count]))
  }
}
