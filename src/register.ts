/**
 * `kansa/register`: the audit of a program without a change to it, by `node --import kansa/register app.js` or
 * `--require`. Options come from the environment (`KANSA_DIR` …), the choice of SDKs from `KANSA_INSTRUMENTATIONS`.
 *
 * Prints nothing, but for one line on stderr about each thing that was asked for and cannot be done. The program runs
 * then all the same, unless `KANSA_ON_FAILURE` is `block`.
 */
import { join, parse } from 'node:path'
import { initRegisteredLogger } from './create-audit-logger.ts'
import { messageOf } from './errors.ts'
import { onAttachment } from './instrumentation/attachments.ts'
import { CHOICE_VARIABLE, chooseSdks, unknownText } from './instrumentation/chosen-sdks.ts'
import { registerAuditInstrumentations } from './instrumentation/register-instrumentations.ts'
import { SDKS } from './instrumentation/sdks.ts'
import { isSureToBlock } from './pipeline/failure-policy.ts'
import { noteInstrumented } from './pipeline/instrumented-sdks.ts'
import { surveyLoggerOptions } from './pipeline/logger-options.ts'

// Where NODE_OPTIONS holds `--import kansa/register`, it reaches our own commands too, which are not to be audited.
if (!isOwnCommand(process.argv[1] ?? '')) register()

/** By its link in `.bin`, or by itself. */
function isOwnCommand(path: string): boolean {
  const { dir, name } = parse(path)
  return name === 'kansa' || (name === 'main' && dir === join(import.meta.dirname, 'cli'))
}

function register(): void {
  const { chosen, unknown } = chooseSdks(process.env[CHOICE_VARIABLE], SDKS)
  // The log's first record tells it.
  for (const { name } of chosen) noteInstrumented(name)
  try {
    initRegisteredLogger()
  } catch (error) {
    // Fails closed where that was asked for: what must not happen unrecorded does not even start.
    if (isSureToBlock(surveyLoggerOptions(process.env, {}).settings.onFailure)) throw error
    say(`this program is not audited: ${messageOf(error)}`)
  }
  if (unknown.length > 0) say(`${CHOICE_VARIABLE}: ${unknownText(unknown, SDKS)}`)
  onAttachment(({ sdk, module = sdk, version = '', problem }) => {
    if (problem !== undefined) say(`${`${module} ${version}`.trim()} is not audited: ${problem}`)
  })
  try {
    registerAuditInstrumentations({ instrumentations: chosen.map(({ name }) => name) })
  } catch (error) {
    say(`no SDK is audited: ${messageOf(error)}`)
  }
}

function say(text: string): void {
  process.stderr.write(`kansa: ${text.replaceAll(/\s*\n\s*/g, ' ')}\n`)
}
