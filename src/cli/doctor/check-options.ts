/** Which options are in force, and where each came from. */
import { resolve } from 'node:path'
import { KansaError } from '../../errors.ts'
import { readConfigurationFile } from '../../journal/configuration-file.ts'
import { resolveDestinations } from '../../forward/destination.ts'
import { CHOICE_VARIABLE } from '../../instrumentation/chosen-sdks.ts'
import { HOSTS_VARIABLE } from '../../instrumentation/undici/model-hosts.ts'
import { givenSigners } from '../../journal/sealing/signing-keys.ts'
import { type OptionReading, type OptionReadings, variableOf } from '../../options.ts'
import { givenKeyOf } from '../../pipeline/event-masking.ts'
import { configPath, type LoggerSettings, surveyLoggerOptions } from '../../pipeline/logger-options.ts'
import { VERSION } from '../../pipeline/version.ts'
import { nearest } from '../../query/nearest.ts'
import { countText } from '../quantities.ts'
import type { Check } from './check.ts'
import type { LastWriter } from './newest-records.ts'

/** They are Kansa's, and no options of a logger. */
const OTHER_VARIABLES = ['KANSA_CONFIG', CHOICE_VARIABLE, HOSTS_VARIABLE]

/** Options as the environment and the configuration file of this shell would give them to an agent. */
export interface OptionFindings {
  readonly settings: LoggerSettings
  readonly checks: readonly Check[]
  /** The configuration file. */
  readonly path: string | undefined
}

export function examineOptions(): OptionFindings {
  const path = configPath(process.env)
  const { file, problem } = configuration(path)
  const { settings, problems } = surveyLoggerOptions(process.env, file)
  const wrong = [...(problem === undefined ? [] : [problem]), ...problems, ...unreadableFiles(settings)]
  const checks: Check[] = wrong.map(({ message }) => ({
    name: 'options',
    status: 'problem',
    found: message,
    advice: 'No agent starts from here before that is mended.',
  }))
  checks.push(...unknownVariables(settings.readings))
  if (checks.length === 0) checks.push({ name: 'options', status: 'ok', found: sourcesText(settings.readings) })
  return { settings, path, checks }
}

/** Keys and certificates that options name: an agent reads them when it starts, and does not start without. */
function unreadableFiles(settings: LoggerSettings): KansaError[] {
  const reads = [
    () => givenSigners(settings),
    () => givenKeyOf(settings.redaction),
    () => resolveDestinations(settings.otlp),
  ]
  return reads.flatMap(read => {
    try {
      read()
      return []
    } catch (error) {
      if (error instanceof KansaError) return [error]
      throw error
    }
  })
}

/** An agent cannot tell a misspelt variable from one of somebody else's, so nobody would notice that it has no effect. */
function unknownVariables(readings: OptionReadings): Check[] {
  const known = [...readings.keys()].map(variableOf).concat(OTHER_VARIABLES)
  return Object.entries(process.env)
    .filter(([name, value]) => name.startsWith('KANSA_') && value !== '' && !known.includes(name))
    .map(([name]) => {
      const [similar] = nearest(name, known)
      const found = `${name} has no effect: there is no such option`
      return { name: 'options', status: 'warning', found, ...(similar && { advice: `Did you mean ${similar}?` }) }
    })
}

/** The configuration file may lead agents to another folder than the one that commands look at. */
export function checkWhereAgentsWrite(dir: string, configured: string | false): Check[] {
  if (configured === dir) return []
  const where = configured === false ? 'no folder at all (`dir` is false)' : configured
  const found = `an agent that is started here and has no \`dir\` in its code writes to ${where}, not to ${dir}`
  return [{ name: 'options', status: 'note', found }]
}

function configuration(path: string | undefined): { readonly file: unknown; readonly problem?: KansaError } {
  try {
    return { file: path === undefined ? {} : readConfigurationFile(path) }
  } catch (error) {
    if (error instanceof KansaError) return { file: {}, problem: error }
    throw error
  }
}

function sourcesText(readings: OptionReadings): string {
  const given = [...readings.values()].filter(({ source }) => source !== 'default').length
  if (given === 0) return 'all by default: neither the environment nor a configuration file gives any'
  return `${countText(given, 'option')} given by the environment or the configuration file, the others by default`
}

/** What the last writer ran with that an agent without options in code would not, started here. */
export function compareWithLastWriter(dir: string, here: OptionReadings, lastWriter: LastWriter | undefined): Check[] {
  if (lastWriter === undefined) return []
  const { options, pid, kansaVersion, nodeVersion } = lastWriter
  const who = `process ${pid ?? '?'} with kansa ${kansaVersion ?? '?'} on Node.js ${nodeVersion ?? '?'}`
  const others = options === undefined ? [] : otherOptions(dir, here, options)
  const found =
    options === undefined
      ? `${who}, which does not say what options it ran with`
      : `${who}, ${others.length === 0 ? 'with the options that are in force here' : `with other options: ${others.join(', ')}`}`
  const isSame = options !== undefined && others.length === 0 && kansaVersion === VERSION
  return [{ name: 'last writer', status: isSame ? 'ok' : 'note', found }]
}

function otherOptions(dir: string, here: OptionReadings, options: OptionReadings): string[] {
  const names = new Set([...options.keys(), ...here.keys()])
  return [...names].flatMap(name => {
    const reading = differingOption(name, dir, here, options)
    if (reading === undefined) return []
    return `${name}${reading.value === undefined ? '' : ` ${reading.value}`} (${reading.source})`
  })
}

/** The option as the last writer had it, where that differs; the folder is compared with the one that is looked at. */
export function differingOption(
  name: string,
  dir: string,
  here: OptionReadings,
  options: OptionReadings,
): OptionReading | undefined {
  const other = here.get(name)
  // What is not recorded was not given, or not known to the Kansa that wrote.
  if (!options.has(name) && (name === 'dir' || other?.source === 'default')) return undefined
  const reading = options.get(name) ?? { source: 'default' }
  if (name === 'dir') return typeof reading.value === 'string' && resolve(reading.value) === dir ? undefined : reading
  if (reading.value === undefined) return reading.source === (other?.source ?? 'default') ? undefined : reading
  return reading.value === other?.value ? undefined : reading
}

/** Where an option came from, for people. */
export function sourceText({ source, variable }: OptionReading, path: string | undefined): string {
  if (source === 'environment') return `environment (${variable ?? 'unknown'})`
  return source === 'file' && path !== undefined ? `file (${path})` : source
}
