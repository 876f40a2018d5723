/** The command as it is installed. Its stored lines come out as they are. */
import { fileURLToPath } from 'node:url'
import { ACTOR, KIND, SINCE, SUMMED_FIELD, TAIL_LINES, UNTIL } from '../scenarios.ts'
import type { Command } from '../../measured-command.ts'
import type { Journal, Subject } from '../subject.ts'

const COMMAND = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url))

const WHO_AND_WHAT = ['--actor', ACTOR, '--type', KIND]
const LAST = ['-n', String(TAIL_LINES)]

export const kansa: Subject = {
  selective: command('query', ...WHO_AND_WHAT, '--since', SINCE, '--until', UNTIL),
  'selective-all': command('query', ...WHO_AND_WHAT),
  aggregate: command('query', '--group-by', 'type', '--sum', SUMMED_FIELD, '-o', 'ndjson'),
  tail: command('tail', ...LAST),
  follow: journal => ({ ...command('tail', '-f', ...LAST)(journal), stopAfterLines: TAIL_LINES }),
}

function command(...args: readonly string[]): (journal: Journal) => Command {
  return ({ dir }) => ({ file: process.execPath, args: [COMMAND, ...args, '--dir', dir] })
}
