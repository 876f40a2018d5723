/** The lines of all files of a log, block by block and in order, read ahead as far as the reader allows. */
import type { BlockReader } from './block-threads.ts'
import type { FilePart, LineBlock } from './line-block.ts'
import type { JournalFile } from './snapshot.ts'

/** Lines are taken to be short: a part of nothing but line breaks makes a block of forty times its size. */
const PART_BYTES = 512 * 1024

export interface JournalBlock extends LineBlock {
  /** Place of its file among the files, from 0. */
  readonly fileIndex: number
  /** Bytes of the file that this block stands for. */
  readonly bytes: number
  /** Looks for outcomes of actions now; see `LineBlock.outcomes`. */
  readonly findOutcomes: () => Promise<readonly string[]>
}

interface Awaited {
  readonly fileIndex: number
  readonly part: FilePart
  readonly block: Promise<LineBlock>
}

/** `wantsOutcomes` is asked for each part that is about to be read; some are on their way when the answer changes. */
export async function* journalBlocks(
  files: readonly JournalFile[],
  reader: BlockReader,
  wantsOutcomes: () => boolean,
): AsyncGenerator<JournalBlock, void, undefined> {
  const parts = partsOf(files)
  const ahead: Awaited[] = []
  const readOn = (): void => {
    const next = parts.next()
    if (next.done === true) return
    const { fileIndex, ...place } = next.value
    const part = { ...place, wantsOutcomes: wantsOutcomes() }
    const block = reader.read(part)
    // Awaited below, in order; until then a failure is nobody's unhandled rejection.
    block.catch(() => {})
    ahead.push({ fileIndex, part, block })
  }
  for (let count = 0; count < reader.ahead; count++) readOn()
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
    const { fileIndex, part, block } = next
    const lines = await block
    readOn()
    const findOutcomes = async (): Promise<readonly string[]> =>
      lines.outcomes ?? (await reader.read({ ...part, wantsOutcomes: true })).outcomes ?? []
    yield { ...lines, fileIndex, bytes: part.end - part.start, findOutcomes }
  }
}

type Part = Omit<FilePart, 'wantsOutcomes'> & { readonly fileIndex: number }

function* partsOf(files: readonly JournalFile[]): Generator<Part, void, undefined> {
  for (const [fileIndex, { path, fd, size }] of files.entries()) {
    for (let start = 0; start < size; start += PART_BYTES) {
      yield { fileIndex, path, fd, start, end: Math.min(size, start + PART_BYTES), fileEnd: size }
    }
  }
}
