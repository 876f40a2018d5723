// Damage that nobody thought of: random changes to the files of a folder, the same ones each time.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'

export interface Damage {
  readonly kind: (typeof KINDS)[number]
  /** Which file, line or byte: taken modulo their number. */
  readonly file: number
  readonly otherFile: number
  readonly at: number
  readonly otherAt: number
}

const KINDS = [
  'flip-bit',
  'cut',
  'append',
  'remove',
  'copy-file',
  'swap-files',
  'rename',
  'remove-line',
  'repeat-line',
  'swap-lines',
  'insert-line',
  'keep-lines',
] as const
const NEW_NAMES = [
  'audit.jsonl',
  'audit.jsonl.1',
  'audit.jsonl.3',
  'seal/checkpoint',
  'seal/checkpoints',
  'seal/format',
]
const TAILS = ['x', '\n', '\0', '{}\n', '\n\n', ' ']

export const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...KINDS),
  file: fc.nat(),
  otherFile: fc.nat(),
  at: fc.nat(),
  otherAt: fc.nat(),
})

/** Returns what was done, for people; undefined where there is nothing to do it to. */
export function inflict(dir: string, { kind, file, otherFile, at, otherAt }: Damage): string | undefined {
  const paths = filesIn(dir)
  const [path, other] = [paths[file % paths.length], paths[otherFile % paths.length]]
  if (path === undefined || other === undefined) return undefined
  const bytes = readFileSync(path)
  const lines = linesOf(bytes)
  const [from, to] = [at % lines.length, otherAt % lines.length]
  const line = lines[from] ?? ''
  switch (kind) {
    case 'flip-bit':
      if (bytes.length === 0) return undefined
      bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ (1 << (otherAt % 8)), at % bytes.length)
      writeFileSync(path, bytes)
      break
    case 'cut':
      writeFileSync(path, bytes.subarray(0, at % (bytes.length + 1)))
      break
    case 'append':
      writeFileSync(path, Buffer.concat([bytes, Buffer.from(TAILS[at % TAILS.length] ?? '')]))
      break
    case 'remove':
      rmSync(path)
      break
    case 'copy-file':
      writeFileSync(other, bytes)
      break
    case 'swap-files':
      writeFileSync(path, readFileSync(other))
      writeFileSync(other, bytes)
      break
    case 'rename':
      mkdirSync(join(dir, 'seal'), { recursive: true })
      renameSync(path, join(dir, NEW_NAMES[at % NEW_NAMES.length] ?? ''))
      break
    case 'remove-line':
      putLines(path, lines.toSpliced(from, 1))
      break
    case 'repeat-line':
      putLines(path, lines.toSpliced(to, 0, line))
      break
    case 'swap-lines':
      putLines(path, lines.with(from, lines[to] ?? '').with(to, line))
      break
    case 'insert-line': {
      const others = linesOf(readFileSync(other))
      putLines(path, lines.toSpliced(from, 0, others[otherAt % others.length] ?? ''))
      break
    }
    case 'keep-lines':
      putLines(path, [...lines.slice(0, from), ''])
      break
  }
  return `${kind} ${path.slice(dir.length)} ${other.slice(dir.length)} ${at} ${otherAt}`
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted()
}

/** Every byte is a character. */
function linesOf(bytes: Buffer): string[] {
  return bytes.toString('latin1').split('\n')
}

function putLines(path: string, lines: readonly string[]): void {
  writeFileSync(path, lines.join('\n'), 'latin1')
}
