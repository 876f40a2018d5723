/** Writes events to standard output: one line each for people on a terminal, the stored lines in a pipe. */
import type { EventLine } from '../journal/read-event.ts'
import { WallClock } from '../query/wall-clock.ts'
import { escapeJsonForTerminal } from './escape-for-terminal.ts'
import { dayLine, eventLine } from './event-line.ts'
import { writeData } from './output.ts'
import { paint } from './paint.ts'
import { RunGutter } from './run-gutter.ts'
import { terminalColumns } from './terminal-columns.ts'

export interface ShowOptions {
  /** The stored lines, also on a terminal. */
  readonly json: boolean
  /** Lines for people, also in a pipe. */
  readonly people?: boolean
  readonly utc: boolean
  /** Lines are not cut at the terminal's edge. */
  readonly wide: boolean
}

/** Between events that do not follow each other: shown to people only. */
export const GAP = 'gap'

export type ShowEvents = (lines: readonly (EventLine | typeof GAP)[]) => Promise<void>

/** Chosen once, by what standard output is. */
export function eventShower(options: ShowOptions): ShowEvents {
  if (options.people === true || (process.stdout.isTTY && !options.json)) return peopleShower(options)
  return process.stdout.isTTY ? showJsonOnTerminal : showStored
}

async function showStored(lines: readonly (EventLine | typeof GAP)[]): Promise<void> {
  await writeData(Buffer.concat(eventsOf(lines).flatMap(line => [line.bytes, LINE_FEED])))
}

const LINE_FEED = Buffer.from('\n')

async function showJsonOnTerminal(lines: readonly (EventLine | typeof GAP)[]): Promise<void> {
  await writeData(
    eventsOf(lines)
      .map(line => `${escapeJsonForTerminal(line.bytes.toString('utf8'))}\n`)
      .join(''),
  )
}

function eventsOf(lines: readonly (EventLine | typeof GAP)[]): EventLine[] {
  return lines.filter(line => line !== GAP)
}

function peopleShower({ utc, wide }: ShowOptions): ShowEvents {
  const clock = new WallClock(utc)
  const gutter = new RunGutter()
  let shownDay: string | undefined
  return async lines => {
    const style = { columns: wide ? Number.POSITIVE_INFINITY : terminalColumns(), clock, paint, gutter }
    let text = ''
    for (const line of lines) {
      if (line === GAP) {
        text += `${paint('dim', '--')}\n`
        continue
      }
      const day = clock.dayOf(line.time)
      if (day !== undefined && day !== shownDay) {
        text += `${dayLine(line.event.timestamp, style)}\n`
        shownDay = day
      }
      text += `${eventLine(line.event, style)}\n`
    }
    await writeData(text)
  }
}
