/** The questions that everybody answers. */

/** Who and what is looked for: one of fifty agents, the most frequent kind, one hour of twenty-four. */
export const ACTOR = 'agent-07'
export const KIND = 'ToolCall'
/** Included. */
export const SINCE = '2026-11-22T10:00:00.000Z'
/** Not included. */
export const UNTIL = '2026-11-22T11:00:00.000Z'
/** What is summed up, of every kind that has it. */
export const SUMMED_FIELD = 'total_tokens'
/** How many of the last events `tail` shows. */
export const TAIL_LINES = 100

export const SCENARIOS = ['selective', 'selective-all', 'aggregate', 'tail', 'follow'] as const
export type Scenario = (typeof SCENARIOS)[number]

export function isScenario(name: string): name is Scenario {
  return SCENARIOS.some(scenario => scenario === name)
}
