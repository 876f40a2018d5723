/** Colours on standard output, where that is a terminal that wants them. */
import { styleText } from 'node:util'

export type LineFormat =
  | 'cyan'
  | 'magenta'
  | 'magentaBright'
  | 'blueBright'
  | 'green'
  | 'greenBright'
  | 'yellow'
  | 'red'
  | 'inverse'
  | 'dim'
  | 'bold'

/** Colours text, or leaves it as it is where there is to be no colour. */
export type Paint = (format: LineFormat, text: string) => string

/** Node decides by NO_COLOR, FORCE_COLOR, TERM and what the stream is. */
export const paint: Paint = (format, text) => styleText(format, text, { stream: process.stdout })
