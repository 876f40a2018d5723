/** The files of src/ as the rules of the house see them: names, imports, and code without comments and texts. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT: string = join(import.meta.dirname, '../..')

export interface SourceFile {
  /** Relative to src/, with slashes. */
  readonly name: string
  readonly lines: number
  /** What is imported, re-exported or loaded by `import()`: a path relative to src/, or a package. */
  readonly imports: readonly string[]
  readonly text: string
  /** The code with comments, strings and regular expressions taken out. */
  readonly code: string
}

export function sourceFiles(): readonly SourceFile[] {
  return globSync('**/*', { cwd: join(ROOT, 'src'), withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => readSource(path.slice(ROOT.length + '/src/'.length).replaceAll('\\', '/'), readFileSync(path, 'utf8')))
    .toSorted((one, other) => one.name.localeCompare(other.name))
}

export function readSource(name: string, text: string): SourceFile {
  const uncommented = text.replaceAll(NO_CODE, found => (isComment(found) ? '' : found))
  const specifiers = [...uncommented.matchAll(IMPORT)].map(match => match.groups?.['specifier'] ?? '')
  return {
    name,
    text,
    lines: text.split('\n').length - 1,
    imports: specifiers.map(specifier => (specifier.startsWith('.') ? join(name, '..', specifier) : specifier)),
    code: text.replaceAll(NO_CODE, found => (isComment(found) ? '' : "''")),
  }
}

const COMMENT = String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`
const STRING = String.raw`'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"`
// A template inside the expression of another one cuts that in the middle; what is left of it counts as code.
const TEMPLATE = String.raw`\x60(?:\\.|[^\x60\\])*\x60`
// A slash begins a regular expression where no value can end before it.
const REGEXP = String.raw`(?<=[(,=>:[!&|?{};]\s*|return\s+)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*`
const NO_CODE = new RegExp([COMMENT, STRING, TEMPLATE, REGEXP].join('|'), 'g')
const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*'(?<specifier>[^']+)'/g

function isComment(found: string): boolean {
  return found.startsWith('//') || found.startsWith('/*')
}
