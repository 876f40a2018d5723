/** Everything that `kansa doctor` looks at, in order. Nothing of it changes anything in the audit folder. */
import {
  DIR_MODE,
  FILE_MODE,
  MAX_BACKUPS,
  MAX_FILE_BYTES,
  type OptionReading,
  type OptionReadings,
  type OptionRule,
} from '../../options.ts'
import { CHOICE_VARIABLE } from '../../instrumentation/chosen-sdks.ts'
import type { LoggerSettings } from '../../pipeline/logger-options.ts'
import { MAX_UNDELIVERED_BACKUPS, MIN_FREE_BYTES, MIN_FREE_PERCENT } from '../../pipeline/room-options.ts'
import type { WallClock } from '../../query/wall-clock.ts'
import { type Check, checked } from './check.ts'
import { checkClock } from './check-clock.ts'
import { checkDisk } from './check-disk.ts'
import { examineFolder } from './check-folder.ts'
import { checkLocks } from './check-locks.ts'
import { checkWhereAgentsWrite, compareWithLastWriter, examineOptions } from './check-options.ts'
import { checkAccess, checkPermissions } from './check-permissions.ts'
import { checkWriting } from './check-writing.ts'
import { checkInstalledSdks, findInstalledSdks, type InstalledSdk } from './installed-sdks.ts'
import { examineLastRun, type LastRun } from './last-run.ts'
import { findNewestRecords, type LastWriter } from './newest-records.ts'
import { checkVersions, findVersions, type Versions } from './versions.ts'

export interface Report {
  /** The folder that was looked at, absolute. */
  readonly dir: string
  readonly checks: readonly Check[]
  /** As this shell's environment and configuration file give them. */
  readonly options: OptionReadings
  /** The configuration file, where one is named. */
  readonly configurationPath: string | undefined
  readonly lastWriter: LastWriter | undefined
  readonly versions: Versions
  /** SDKs that are installed for the working directory. */
  readonly sdks: readonly InstalledSdk[]
  readonly lastRun: LastRun | undefined
}

export interface Examined {
  /** Absolute. */
  readonly dir: string
  /** True when the person named it, and did not leave it to the environment. */
  readonly isChosen: boolean
}

/** Never throws for what is wrong with the folder: that is what the list is for. */
export async function examine({ dir, isChosen }: Examined, clock: WallClock): Promise<Report> {
  const folder = examineFolder(dir)
  const options = examineOptions()
  const newest = await findNewestRecords(dir, folder.logs)
  const versions = findVersions()
  const choice = process.env[CHOICE_VARIABLE]
  const sdks = findInstalledSdks(process.cwd(), choice)
  const lastRun = await examineLastRun(dir, folder.logs)
  const inForce = optionsInForce(options.settings, newest.lastWriter)
  const checks: Check[] = [
    ...folder.checks,
    ...(folder.isUsable ? checkLocks(dir, clock) : []),
    ...checked('access', () => checkAccess(dir)),
    ...(folder.isUsable ? checked('permissions', () => checkPermissions(dir, inForce)) : []),
    ...checked('disk space', () => checkDisk(dir, { ...inForce, bytes: folder.bytes })),
    ...newest.checks,
    checkClock(clock, newest.time),
    ...checkVersions(versions),
    ...options.checks,
    ...(isChosen ? [] : checkWhereAgentsWrite(dir, options.settings.dir)),
    ...compareWithLastWriter(dir, options.settings.readings, newest.lastWriter),
    ...checkInstalledSdks(sdks, choice),
    ...lastRun.checks,
    await checkWriting(dir, options.settings),
  ]
  return {
    dir,
    checks,
    options: options.settings.readings,
    configurationPath: options.path,
    lastWriter: newest.lastWriter,
    versions,
    sdks,
    lastRun: lastRun.run,
  }
}

type OptionsInForce = Pick<
  LoggerSettings,
  'fileMode' | 'dirMode' | 'maxFileBytes' | 'maxBackups' | 'minFreeBytes' | 'minFreePercent'
> & { readonly undeliveredBackups: number }

/** What the last writer said it runs with, since that is what the files are like; else what would be in force here. */
function optionsInForce(here: LoggerSettings, lastWriter: LastWriter | undefined): OptionsInForce {
  const given = <T>(name: string, rule: OptionRule<T>): T | undefined =>
    rule.read(lastWriter?.options?.get(name)?.value)
  return {
    fileMode: given('fileMode', FILE_MODE) ?? here.fileMode,
    dirMode: given('dirMode', DIR_MODE) ?? here.dirMode,
    maxFileBytes: given('maxFileBytes', MAX_FILE_BYTES) ?? here.maxFileBytes,
    maxBackups: given('maxBackups', MAX_BACKUPS) ?? here.maxBackups,
    undeliveredBackups: hasDestination(here, lastWriter)
      ? (given('maxUndeliveredBackups', MAX_UNDELIVERED_BACKUPS) ?? here.maxUndeliveredBackups)
      : 0,
    minFreeBytes: given('minFreeBytes', MIN_FREE_BYTES) ?? here.minFreeBytes,
    minFreePercent: given('minFreePercent', MIN_FREE_PERCENT) ?? here.minFreePercent,
  }
}

/** Where they are is not written down, but that they were given is: `otlp`, or names for an exporter (`destinations`). */
function hasDestination(here: LoggerSettings, lastWriter: LastWriter | undefined): boolean {
  const { options } = lastWriter ?? {}
  return options === undefined ? here.otlp.length > 0 : options.has('otlp') || options.has('destinations')
}

/** The report as one JSON object; `doctor.ts` documents it. */
export function jsonOf(report: Report): string {
  const { dir, checks, options, configurationPath, lastWriter, versions, sdks, lastRun } = report
  const writer = lastWriter && {
    started_at: lastWriter.startedAt,
    pid: lastWriter.pid,
    kansa_version: lastWriter.kansaVersion,
    node_version: lastWriter.nodeVersion,
    options: lastWriter.options && optionList(lastWriter.options, undefined),
  }
  const list = optionList(options, configurationPath)
  const run = lastRun && {
    processes: lastRun.processes,
    kinds: lastRun.kinds,
    attached: lastRun.attached,
    not_attached: lastRun.notAttached,
    never_called: lastRun.neverCalled,
    tools_without_call: lastRun.toolsWithoutCall,
    model_calls_outside_runs: lastRun.modelCallsOutsideRuns,
  }
  return JSON.stringify({ dir, checks, options: list, last_writer: writer, versions, sdks, last_run: run })
}

function optionList(readings: OptionReadings, path: string | undefined): readonly object[] {
  return [...readings].map(([name, reading]) => ({ name, ...reading, ...fileOf(reading, path) }))
}

function fileOf({ source }: OptionReading, path: string | undefined): object {
  return source === 'file' && path !== undefined ? { path } : {}
}
