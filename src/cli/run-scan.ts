/** What `kansa scan` does. */
import { KansaError, messageOf } from '../errors.ts'
import { EXIT_FOUND, EXIT_IO } from './exit-codes.ts'
import type { OutputFormat } from './output-formats.ts'
import { say, writeData } from './output.ts'
import { Progress } from './progress.ts'
import { kindFilter, secretSearch } from './scan/search-settings.ts'
import { ScanTally, type ScanReport, summaryText } from './scan/scan-tally.ts'
import { givenSources, type ScannedSource, sourcesIn } from './scan/scanned-files.ts'
import { type FoundSecret, ScannedLines } from './scan/scanned-lines.ts'
import type { SecretSearch } from './scan/secret-search.ts'
import { type Column, defaultFormat, forEyes, RowWriter } from './write-rows.ts'

export interface ScanFlags {
  readonly dir: string
  readonly output?: OutputFormat
  readonly kind?: readonly string[]
  readonly pack?: readonly string[]
  readonly json?: true
}

const COLUMNS: readonly Column[] = [
  { name: 'file' },
  { name: 'line', firm: true, show: String },
  { name: 'field' },
  { name: 'kind', firm: true },
  { name: 'seq', firm: true, show: String },
  { name: 'id' },
]

/**
 * `--json` gives one `ScanReport`. Standard error says how much was searched and what could not be.
 * @throws KansaError `KANSA_UNREADABLE`, `KANSA_FORMAT_NEWER`, `KANSA_INVALID_OPTION`
 */
export async function scan(files: readonly string[], flags: ScanFlags, isDirGiven: boolean): Promise<void> {
  refuseContradictions(files, flags, isDirGiven)
  const isWanted = kindFilter(flags.kind)
  const search = secretSearch(flags.pack)
  const sources = files.length > 0 ? givenSources(files) : sourcesIn(flags.dir)
  const progress = new Progress(sources.reduce((sum, { bytes }) => sum + bytes, 0))
  const writer = flags.json === true ? undefined : new RowWriter(COLUMNS, flags.output ?? defaultFormat())
  const tally = new ScanTally()
  const onFound = async (found: readonly FoundSecret[]): Promise<void> => {
    const wanted = found.filter(({ kind }) => isWanted(kind))
    for (const { kind } of wanted) tally.found(kind)
    if (wanted.length === 0) return
    process.exitCode = EXIT_FOUND
    progress.end()
    await writer?.write(wanted.map(row => ({ ...row })))
  }
  try {
    for (const source of sources) await searchSource(source, { search, tally, progress, onFound })
  } finally {
    progress.end()
  }
  await writer?.end()
  const report = tally.report()
  if (report.findings === 0 && report.unread.length > 0) process.exitCode = EXIT_IO
  if (flags.json === true) await writeData(forEyes(`${JSON.stringify(report)}\n`, 'json'))
  sayResult(report)
}

interface Searching {
  readonly search: SecretSearch
  readonly tally: ScanTally
  readonly progress: Progress
  readonly onFound: (found: readonly FoundSecret[]) => Promise<void>
}

/** One source that cannot be read does not keep the others from being searched. */
async function searchSource(source: ScannedSource, { search, tally, progress, onFound }: Searching): Promise<void> {
  const lines = new ScannedLines(search, tally, source.isForeign)
  try {
    const log = source.open()
    try {
      let before = tally.bytes
      for await (const found of lines.read(log)) {
        await onFound(found)
        progress.add(tally.bytes - before)
        before = tally.bytes
      }
    } finally {
      log.close()
    }
  } catch (error) {
    if (!(error instanceof KansaError)) throw error
    tally.unread.push({ file: source.path, problem: messageOf(error) })
  }
}

function sayResult(report: ScanReport): void {
  for (const { file, line, problem } of report.unread) say(line === undefined ? problem : `${file}:${line}: ${problem}`)
  say(summaryText(report))
}

function refuseContradictions(files: readonly string[], flags: ScanFlags, isDirGiven: boolean): void {
  if (files.length > 0 && isDirGiven) {
    throw new KansaError('KANSA_INVALID_OPTION', '--dir and names of files do not go together.')
  }
  if (flags.json === true && flags.output !== undefined) {
    throw new KansaError('KANSA_INVALID_OPTION', '--json gives numbers only: -o does not go with it.')
  }
}
