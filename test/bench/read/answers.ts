/** What is right: known to whoever made the journal, and compared with what each subject says. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isKind } from '../../../src/events/field-table.ts'
import type { Scenario } from './scenarios.ts'

export interface KindTotals {
  readonly count: number
  readonly sum: number
}

export interface Answers {
  /** Bytes of all files together. */
  readonly bytes: number
  readonly events: number
  /** By scenario that shows events: their `seq`, in order. */
  readonly shown: Readonly<Record<Exclude<Scenario, 'aggregate'>, readonly number[]>>
  /** By kind. */
  readonly totals: Readonly<Record<string, KindTotals>>
}

export function keepAnswers(folder: string, answers: Answers): void {
  writeFileSync(fileIn(folder), JSON.stringify(answers))
}

export function keptAnswers(folder: string): Answers {
  return JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Answers
}

function fileIn(folder: string): string {
  return join(folder, 'answers.json')
}

export interface Verdict {
  /** Rows that the right answer has. */
  readonly rows: number
  /** Rows that are missing, that do not belong there, or that are wrong. */
  readonly wrong: number
}

/** @throws Error when the output is not even JSON lines. */
export function judge(scenario: Scenario, output: string, answers: Answers): Verdict {
  const rows = output
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>)
  return scenario === 'aggregate'
    ? judgeTotals(rows, answers.totals)
    : judgeShown(
        rows.map(({ seq }) => seq),
        answers.shown[scenario],
      )
}

function judgeShown(seqs: readonly unknown[], right: readonly number[]): Verdict {
  const shown = new Set(seqs)
  const missing = right.filter(seq => !shown.has(seq)).length
  const surplus = seqs.length - (right.length - missing)
  if (missing + surplus > 0) return { rows: right.length, wrong: missing + surplus }
  return { rows: right.length, wrong: right.filter((seq, place) => seqs[place] !== seq).length }
}

function judgeTotals(rows: readonly Record<string, unknown>[], right: Readonly<Record<string, KindTotals>>): Verdict {
  const found = new Map<string | undefined, Record<string, unknown>>(
    rows.map(row => [Object.values(row).find(isKind), row]),
  )
  const kinds = Object.keys(right)
  const correct = kinds.filter(kind => {
    const row = found.get(kind)
    // A kind without the field may have no sum, or null instead of 0.
    return row?.['count'] === right[kind]?.count && (sumIn(row) ?? 0) === right[kind]?.sum
  })
  return { rows: kinds.length, wrong: Math.max(kinds.length, rows.length) - correct.length }
}

/** Everybody calls it something else. */
function sumIn(row: Record<string, unknown> | undefined): unknown {
  return Object.entries(row ?? {}).find(([name]) => name.startsWith('sum'))?.[1]
}
