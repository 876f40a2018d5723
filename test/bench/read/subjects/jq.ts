/** jq, as the documentation of many a JSONL file advises. */
import { ACTOR, KIND, SINCE, SUMMED_FIELD, UNTIL } from '../scenarios.ts'
import type { Command } from '../../measured-command.ts'
import type { Journal, Subject } from '../subject.ts'

const WHO_AND_WHAT = `.actor_id == "${ACTOR}" and .event_type.type == "${KIND}"`
const WHEN = `.timestamp >= "${SINCE}" and .timestamp < "${UNTIL}"`
const TOTALS =
  'reduce inputs as $event ({}; .[$event.event_type.type] |= ' +
  `{ count: (.count + 1), sum: (.sum + $event.event_type.data.${SUMMED_FIELD}) }) | ` +
  'to_entries[] | { type: .key } + .value'

export const jq: Subject = {
  selective: command('-c', `select(${WHO_AND_WHAT} and ${WHEN})`),
  'selective-all': command('-c', `select(${WHO_AND_WHAT})`),
  aggregate: command('-c', '-n', TOTALS),
}

function command(...args: readonly string[]): (journal: Journal) => Command {
  return ({ files }) => ({ file: 'jq', args: [...args, ...files] })
}
