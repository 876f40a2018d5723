/** What people write when they need an answer: `readline` and `JSON.parse`. */
import { fileURLToPath } from 'node:url'
import { ACTOR, KIND, SINCE, SUMMED_FIELD, UNTIL } from '../scenarios.ts'
import type { Command } from '../../measured-command.ts'
import type { Journal, Subject } from '../subject.ts'

const PROGRAM = fileURLToPath(new URL('../programs/plain-node.mjs', import.meta.url))

export const plainNode: Subject = {
  selective: command({ actor: ACTOR, kind: KIND, since: SINCE, until: UNTIL }),
  'selective-all': command({ actor: ACTOR, kind: KIND }),
  aggregate: command({ sum: SUMMED_FIELD }),
}

function command(question: object): (journal: Journal) => Command {
  return ({ files }) => ({ file: process.execPath, args: [PROGRAM, JSON.stringify(question), ...files] })
}
