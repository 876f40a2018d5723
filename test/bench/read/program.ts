/** One run of the read suite: `node program.ts '<RunSettings as JSON>'` prints its values and processor time as JSON. */
import { listLogFiles } from '../../../src/journal/layout.ts'
import { measureCommand } from '../measured-command.ts'
import type { RunSettings, Values } from '../suite.ts'
import { judge, keptAnswers } from './answers.ts'
import { journalIn } from './prepare.ts'
import { isScenario } from './scenarios.ts'
import { SILENT, SUBJECTS } from './subjects.ts'

const MEGABYTE = 1e6

const { scenario, subject, shared } = JSON.parse(process.argv[2] ?? '{}') as RunSettings
const dir = journalIn(shared)
const command = isScenario(scenario) ? SUBJECTS[subject]?.[scenario]?.({ dir, files: listLogFiles(dir) }) : undefined
if (!isScenario(scenario) || command === undefined) throw new Error(`no such run: ${scenario} ${subject}`)

const answers = keptAnswers(shared)
const { seconds, peakBytes, cpuMillis, output } = await measureCommand(command)
const { user, system } = process.cpuUsage()
const verdict = SILENT.has(subject) ? undefined : judge(scenario, output, answers)
// Only Kansa's errors are worth a result: where another one is wrong, the question is.
if (subject !== 'kansa' && verdict !== undefined && verdict.wrong > 0) {
  throw new Error(`${subject} has ${verdict.wrong} rows wrong of ${verdict.rows} (${scenario})`)
}
const values: Values = {
  seconds,
  ...(cpuMillis !== undefined && { cpuSeconds: cpuMillis / 1000 }),
  ...(peakBytes !== undefined && { peakMegabytes: peakBytes / MEGABYTE }),
  megabytes: answers.bytes / MEGABYTE,
  events: answers.events,
  ...verdict,
}
process.stdout.write(JSON.stringify({ cpuMillis: (user + system) / 1000 + (cpuMillis ?? 0), values }))
