/** A folder with the files of a log and its retention, where the test says what is sealed and what the tree's roots are. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BackupDeleted, type JournalNotice, NoticeBoard } from '../../../src/journal/notices.ts'
import { Retention, type RetentionOptions } from '../../../src/journal/retention.ts'
import { RetentionFloor } from '../../../src/journal/retention-floor.ts'

export const DAY_MILLIS = 86_400_000

/** First and last `seq` of a file, or whole lines. */
type Content = readonly [number, number] | readonly string[]

export class RetentionFolder {
  readonly parent: string = mkdtempSync(join(tmpdir(), 'kansa-retention-'))
  readonly dir: string = join(this.parent, 'audit')
  readonly notices: JournalNotice[] = []
  /** The last `seq` that was given to a line. */
  lastSeq = -1
  /** Whether what is announced gets into the log. */
  isRecorded = true
  private readonly board = new NoticeBoard(notice => {
    this.notices.push(notice)
    if (notice.kind === 'backup-deleted' && this.isRecorded) this.lastSeq++
  })

  /** Files oldest first; the last one is the active one. */
  layOut(...files: readonly Content[]): void {
    mkdirSync(this.dir, { recursive: true })
    for (const [index, content] of files.toReversed().entries()) {
      this.write(index === 0 ? 'audit.jsonl' : `audit.jsonl.${index}`, content)
    }
  }

  write(name: string, content: Content): void {
    writeFileSync(
      this.path(name),
      linesOf(content)
        .map(line => `${line}\n`)
        .join(''),
    )
    const last = linesOf(content).at(-1) ?? '{}'
    const { seq }: { seq?: number } = JSON.parse(last)
    this.lastSeq = Math.max(this.lastSeq, seq ?? -1)
  }

  /** Sets the file's time back. */
  age(name: string, days: number): void {
    const at = new Date(Date.now() - days * DAY_MILLIS)
    utimesSync(this.path(name), at, at)
  }

  retention(options: Partial<RetentionOptions> & { minRetentionDays?: number } = {}): {
    afterCommit(sealedThrough?: number): void
    readonly isWaiting: boolean
  } {
    const { minRetentionDays = 0, ...given } = options
    const retention = new Retention({
      dir: this.dir,
      maxBackups: 1,
      floor: new RetentionFloor(minRetentionDays),
      notices: this.board,
      lastSeq: () => this.lastSeq,
      isOpen: () => true,
      rootAt: size => `root of ${size}`,
      ...given,
    })
    return {
      afterCommit: (sealedThrough = this.lastSeq) => {
        retention.afterCommit(sealedThrough)
        this.board.deliver()
      },
      get isWaiting() {
        return retention.isWaiting
      },
    }
  }

  path(name: string): string {
    return join(this.dir, name)
  }

  names(): string[] {
    return readdirSync(this.dir).toSorted()
  }

  announced(): BackupDeleted[] {
    return this.notices.filter((notice): notice is BackupDeleted => notice.kind === 'backup-deleted')
  }

  kinds(): string[] {
    return this.notices.map(({ kind }) => kind)
  }
}

/** Inside a `describe`: a factory for folders that are deleted after each test. */
export function useRetentionFolders(): () => RetentionFolder {
  const folders: RetentionFolder[] = []
  afterEach(() => {
    for (const { parent } of folders.splice(0)) rmSync(parent, { recursive: true, force: true })
  })
  return () => {
    const folder = new RetentionFolder()
    folders.push(folder)
    return folder
  }
}

function linesOf(content: Content): readonly string[] {
  const [first, last] = content
  if (typeof first !== 'number' || typeof last !== 'number') return content.map(String)
  return Array.from({ length: last - first + 1 }, (_, index) => JSON.stringify({ id: 'x', seq: first + index }))
}
