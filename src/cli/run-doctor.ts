/** What `kansa doctor` does. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { WallClock } from '../query/wall-clock.ts'
import { reportText } from './doctor/render.ts'
import { examine, jsonOf, type Report } from './doctor/report.ts'
import { escapeJsonForTerminal } from './escape-for-terminal.ts'
import { EXIT_IO } from './exit-codes.ts'
import { say, writeData } from './output.ts'

export interface DoctorOptions {
  readonly dir: string
  readonly utc?: true
  readonly json?: true
}

/**
 * `--json` gives one object:
 * - `dir`: the folder that was looked at.
 * - `checks`: `{ name, status, found, advice? }`, status `ok`, `note`, `warning` or `problem`. A name may come twice.
 * - `options`: `{ name, value?, source, variable?, path? }` as this shell gives them to an agent, source `code`,
 *   `environment` (`variable` says which), `file` (`path` says which) or `default`; without `value` where there is none
 *   or it may be a secret.
 * - `last_writer`: `{ started_at, pid, kansa_version, node_version, options }` of the process that wrote the newest
 *   record, as it said itself; absent where the log does not tell.
 * - `sdks`: `{ sdk, package?, version?, range?, attaches, because? }` of the SDKs that are installed for the working directory;
 *   `because` is `version`, `opt-in` or `not chosen`.
 * - `last_run`: `{ processes, kinds, attached, not_attached, never_called, tools_without_call, model_calls_outside_runs }`
 *   of the processes that recorded last; absent where nothing is recorded.
 * - `versions`: `{ kansa, format, node, platform, opentelemetry: { <package>: <version> } }`.
 */
export async function doctor(options: DoctorOptions, command: Command): Promise<void> {
  const isChosen = command.getOptionValueSource('dir') === 'cli'
  const report = await examine({ dir: resolve(options.dir), isChosen }, new WallClock(options.utc === true))
  const problems = report.checks.filter(({ status }) => status === 'problem').length
  if (problems > 0) process.exitCode = EXIT_IO
  await writeData(options.json === true ? jsonText(report) : reportText(report))
  if (problems > 0) say(problems === 1 ? 'there is a problem' : `there are ${problems} problems`)
}

function jsonText(report: Report): string {
  const json = jsonOf(report)
  return `${process.stdout.isTTY ? escapeJsonForTerminal(json) : json}\n`
}
