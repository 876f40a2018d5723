/** One run of the verify suite: `node program.ts '<RunSettings as JSON>'` prints its values and processor time as JSON. */
import { fileURLToPath } from 'node:url'
import { listLogFiles } from '../../../src/journal/layout.ts'
import { spoolIn } from '../forward/spool.ts'
import { type Command, measureCommand } from '../measured-command.ts'
import type { RunSettings, Values } from '../suite.ts'

const KANSA = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const LINE_HASHES = fileURLToPath(new URL('line-hashes.mjs', import.meta.url))
/** The journal's own: that it started and stopped; and one for each file that it began. */
const LEAST_OWN_RECORDS = 2
const MEGABYTE = 1e6

const { subject, shared, counts } = JSON.parse(process.argv[2] ?? '{}') as RunSettings
const dir = spoolIn(shared)
const command: Command =
  subject === 'kansa-verify'
    ? { file: process.execPath, args: [KANSA, 'verify', '--dir', dir, '--json'] }
    : { file: process.execPath, args: [LINE_HASHES, ...listLogFiles(dir)] }
const { seconds, peakBytes, cpuMillis, output } = await measureCommand(command)
const [verdict] = [JSON.parse(output)].flat() as { readonly records: number; readonly status?: string }[]
const records = verdict?.records ?? 0
const isRight = records >= (counts['records'] ?? 0) + LEAST_OWN_RECORDS && (verdict?.status ?? 'intact') === 'intact'
const { user, system } = process.cpuUsage()
const values: Values = {
  seconds,
  recordsPerSecond: records / seconds,
  ...(cpuMillis !== undefined && { cpuSeconds: cpuMillis / 1000 }),
  ...(peakBytes !== undefined && { peakMegabytes: peakBytes / MEGABYTE }),
  records,
  wrong: isRight ? 0 : 1,
}
process.stdout.write(JSON.stringify({ cpuMillis: (user + system) / 1000 + (cpuMillis ?? 0), values }))
