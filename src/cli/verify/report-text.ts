/** The report of one log for people: the verdict, what is wrong, what was found. */
import type { LogReport, LogStatus, Problem } from '../../verify/report.ts'
import { escapeForTerminal } from '../escape-for-terminal.ts'
import { type LineFormat, paint } from '../paint.ts'
import { numberText } from '../quantities.ts'
import { adviceFor } from './advice.ts'
import { columns } from './columns.ts'
import { factsOf } from './facts.ts'

const FORMATS: Readonly<Record<LogStatus, LineFormat>> = { intact: 'green', incomplete: 'yellow', tampered: 'red' }

export function reportText(report: LogReport): string {
  const { status, dir, origin } = report
  const name = origin === null ? '' : `  ${paint('dim', escapeForTerminal(origin))}`
  return [
    `${paint(FORMATS[status], status)}  ${paint('bold', escapeForTerminal(dir))}${name}`,
    ...problemLines(report),
    ...columns(factsOf(report)),
    ...adviceFor(report).map(text => `  ${paint('dim', text)}`),
    '',
  ].join('\n')
}

function problemLines({ problems, omitted }: LogReport): string[] {
  const rows = problems.map(problem => [placeOf(problem), problem.kind, problem.message])
  const more = omitted.problems === 0 ? [] : [`  and ${numberText(omitted.problems)} more`]
  return [...columns(rows), ...more]
}

/** `audit.jsonl.1:5`, as editors and compilers write it. */
function placeOf({ file, line, seq }: Problem): string {
  if (file !== null) return line === null ? file : `${file}:${line}`
  return seq === null ? '' : `seq ${seq}`
}
