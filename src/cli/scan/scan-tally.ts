/** What a search for secrets came to. */
import { bytesText, countText } from '../quantities.ts'

/** The report of `kansa scan --json`. */
export interface ScanReport {
  readonly files: number
  readonly lines: number
  readonly bytes: number
  /** How many secrets were found. */
  readonly findings: number
  /** Values that had been masked before they were written. */
  readonly masked: number
  /** How many of each kind, the most first. */
  readonly kinds: Readonly<Record<string, number>>
  /** What could not be searched, and why. */
  readonly unread: readonly Unread[]
}

export interface Unread {
  readonly file: string
  readonly line?: number
  readonly problem: string
}

// Owned by the command.
export class ScanTally {
  readonly files: Set<string> = new Set()
  lines = 0
  bytes = 0
  masked = 0
  readonly unread: Unread[] = []
  private readonly kinds = new Map<string, number>()

  found(kind: string): void {
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1)
  }

  get findings(): number {
    return [...this.kinds.values()].reduce((sum, count) => sum + count, 0)
  }

  report(): ScanReport {
    const { lines, bytes, findings, masked, unread } = this
    const kinds = Object.fromEntries([...this.kinds].toSorted(([, one], [, other]) => other - one))
    return { files: this.files.size, lines, bytes, findings, masked, kinds, unread }
  }
}

/** One line for people. */
export function summaryText({ files, lines, bytes, findings, masked, kinds }: ScanReport): string {
  const searched = `searched ${countText(files, 'file')}, ${countText(lines, 'line')}, ${bytesText(bytes)}`
  const list = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`)
  const found = findings === 0 ? 'no secrets found' : `${countText(findings, 'secret')} found (${list.join(', ')})`
  const before = masked === 0 ? '' : `; ${countText(masked, 'value')} had been masked before`
  return `${searched}: ${found}${before}`
}
