/** Searches the lines of one source for secrets, in its order and with bounded memory. */
import { KansaError } from '../../errors.ts'
import type { OpenLog } from '../../journal/open-logs.ts'
import { linesOf, MAX_LINE_BYTES, type StoredLine } from '../../journal/read-lines.ts'
import { jsonIn } from './json-walk.ts'
import { withoutMarks } from './marks.ts'
import type { ScanTally } from './scan-tally.ts'
import type { SecretSearch } from './secret-search.ts'
import { TextLines } from './text-lines.ts'

/** Where a secret is. A row of what the command writes. */
export interface FoundSecret {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  readonly field: string
  readonly kind: string
  readonly seq?: number
  readonly id?: string
}

/** The field of a line that is no JSON. */
export const TEXT_FIELD = '(text)'

/** In so many bytes at its beginning a binary file shows what it is. */
const LOOKED_AT_BYTES = 8192
/** A byte order mark at the head of a file; a hole of NULs where a file was truncated under its writer. */
const LEADING_RUBBISH = /^[\uFEFF\0]+/

// Owned by whoever reads the source; the tally is the command's.
export class ScannedLines {
  private readonly search: SecretSearch
  private readonly tally: ScanTally
  private readonly isForeign: boolean
  private readonly textLines: TextLines
  private path = ''
  private line = 0

  constructor(search: SecretSearch, tally: ScanTally, isForeign: boolean) {
    this.search = search
    this.tally = tally
    this.isForeign = isForeign
    this.textLines = new TextLines(text => search.inText(text))
  }

  /** What is found, as it is found. @throws KansaError `KANSA_UNREADABLE` */
  async *read(log: OpenLog): AsyncGenerator<readonly FoundSecret[]> {
    for await (const joined of log.read()) {
      const lines = linesOf(joined)
      yield lines.flatMap(line => this.secretsOf(line))
    }
    yield this.textEnds()
  }

  private secretsOf(stored: StoredLine): readonly FoundSecret[] {
    const before = stored.path === this.path ? [] : this.beginFile(stored)
    this.line += 1
    this.tally.lines += 1
    this.tally.bytes += stored.length + (stored.terminated ? 1 : 0)
    if (stored.bytes === undefined) {
      const problem = `longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB, not searched`
      this.tally.unread.push({ file: this.path, line: this.line, problem })
      return [...before, ...this.textEnds()]
    }
    const text = stored.bytes.toString('utf8').replace(LEADING_RUBBISH, '')
    const json = jsonIn(text)
    if (json === undefined) return [...before, ...this.inText(text)]
    return [...before, ...this.textEnds(), ...this.inJson(json)]
  }

  private beginFile(first: StoredLine): readonly FoundSecret[] {
    const rest = this.textEnds()
    this.path = first.path
    this.line = 0
    this.tally.files.add(first.path)
    if (this.isForeign && looksBinary(first.bytes)) {
      throw new KansaError('KANSA_UNREADABLE', `${first.path} is binary, or text in UTF-16: it is not searched`)
    }
    return rest
  }

  private inJson(json: object): readonly FoundSecret[] {
    const { findings, masked, ...place } = this.search.inJson(json)
    this.tally.masked += masked
    return findings.map(({ field, kind }) => ({ file: this.path, line: this.line, field, kind, ...place }))
  }

  private inText(text: string): readonly FoundSecret[] {
    this.tally.masked += withoutMarks(text).marks
    return this.rowsOf(this.textLines.add(text, this.line))
  }

  private textEnds(): readonly FoundSecret[] {
    return this.rowsOf(this.textLines.end())
  }

  private rowsOf(findings: ReturnType<TextLines['end']>): readonly FoundSecret[] {
    return findings.map(({ line, kind }) => ({ file: this.path, line, field: TEXT_FIELD, kind }))
  }
}

function looksBinary(bytes: Buffer | undefined): boolean {
  if (bytes === undefined) return false
  const isText = bytes.subarray(0, LOOKED_AT_BYTES).findIndex(byte => byte !== 0)
  return isText !== -1 && bytes.subarray(isText, LOOKED_AT_BYTES).includes(0)
}
