/** Writes events to standard output: one line each for people on a terminal, the stored lines in a pipe. */
import { styleText } from 'node:util'
import type { EventLine } from '../journal/read-event.ts'
import { escapeJsonForTerminal } from './escape-for-terminal.ts'
import { dayLine, dayOf, eventLine, type Paint } from './event-line.ts'
import { writeData } from './output.ts'

const DEFAULT_COLUMNS = 80

export interface ShowOptions {
  readonly json: boolean
  readonly utc: boolean
}

export type ShowEvents = (lines: readonly EventLine[]) => Promise<void>

/** Chosen once, by what standard output is. */
export function eventShower(options: ShowOptions): ShowEvents {
  if (!process.stdout.isTTY) return showStored
  return options.json ? showJsonOnTerminal : peopleShower(options.utc)
}

async function showStored(lines: readonly EventLine[]): Promise<void> {
  await writeData(Buffer.concat(lines.flatMap(line => [line.bytes, LINE_FEED])))
}

const LINE_FEED = Buffer.from('\n')

async function showJsonOnTerminal(lines: readonly EventLine[]): Promise<void> {
  await writeData(lines.map(line => `${escapeJsonForTerminal(line.bytes.toString('utf8'))}\n`).join(''))
}

function peopleShower(utc: boolean): ShowEvents {
  let shownDay: string | undefined
  return async lines => {
    const style = { columns: terminalColumns(), utc, paint }
    let text = ''
    for (const { event } of lines) {
      const day = dayOf(event.timestamp, utc)
      if (day !== undefined && day !== shownDay) {
        text += `${dayLine(event.timestamp, style)}\n`
        shownDay = day
      }
      text += `${eventLine(event, style)}\n`
    }
    await writeData(text)
  }
}

// Node decides by NO_COLOR, FORCE_COLOR, TERM and what the stream is.
const paint: Paint = (format, text) => styleText(format, text, { stream: process.stdout })

// Asked for every time: windows change their size.
function terminalColumns(): number {
  const wanted = Number(process.env['COLUMNS'])
  if (Number.isInteger(wanted) && wanted > 0) return wanted
  return process.stdout.columns || DEFAULT_COLUMNS
}
