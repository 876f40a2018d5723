/**
 * The values of Kubernetes' `Secret` objects, as manifests and `kubectl get secret -o yaml` (or `json`) have them: all are secret, whatever
 * their names are, and most are base64 of something without a form. An object's `kind` may stand behind its `data`, so what is found waits
 * for it. Lines and their columns tell objects apart, in YAML and in JSON that is written on lines.
 */
import type { Finding } from './finding.ts'

const KIND = 'secret'
const MENTION = /\bkind\\{0,32}["']?:[ \t]{0,8}\\{0,32}["']?Secret\b/
/** The column of a member, the dashes of list items before it, its name and the rest of its line. */
const MEMBER = /^([ \t]{0,200})((?:- {1,8}){0,8})(["']?)([\w./-]{1,253})\3:(?:[ \t]{1,8}|$)(.*)$/
const BLOCK_SCALAR = /^[|>][-+\d]{0,2}[ \t]{0,8}$/
/** JSON on one line. */
const COMPACT = /"(?:data|stringData)\\{0,32}"[ \t]{0,4}:[ \t]{0,4}\{([^{}\n]{2,262144})\}/g
const COMPACT_VALUE = /(:[ \t]{0,4}\\{0,32}")([^"\\]{1,262144})/g

/** Brackets, what says that there is none, and what a template or a person is to fill in. */
const NO_VALUE = /^(?:[[\]{}]+|null|~|\{\{.*\}\}|\$\{?\w{1,80}\}?|<[^<>]{1,80}>)?$/

/** An object whose members are being read. */
interface OpenObject {
  readonly column: number
  /** The object in whose `data` this one stands. */
  readonly owner: OpenObject | undefined
  readonly values: Finding[]
  isSecret: boolean
  lastName: string
}

/** Adds what is found in `text` to `findings`. */
export function findManifestSecrets(text: string, findings: Finding[]): void {
  if (!text.includes('Secret') || !MENTION.test(text)) return
  const reader = new ManifestReader(findings)
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    reader.line(text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end), start, end + 1)
    start = end + 1
  }
  reader.end(text.length)
  for (const block of text.matchAll(COMPACT)) {
    const [whole, members = ''] = block
    const from = block.index + whole.length - members.length - 1
    for (const { 0: value, 1: before = '', index } of members.matchAll(COMPACT_VALUE)) {
      findings.push({ kind: KIND, start: from + index + before.length, end: from + index + value.length })
    }
  }
}

// One per text; it owns the objects that are open.
class ManifestReader {
  readonly #findings: Finding[]
  readonly #open: OpenObject[] = []
  /** Of a value that is the lines below its name. */
  #block: { readonly column: number; readonly start: number; readonly owner: OpenObject } | undefined

  constructor(findings: Finding[]) {
    this.#findings = findings
  }

  line(line: string, start: number, next: number): void {
    const column = columnOf(line)
    if (column === line.length || (this.#block !== undefined && column > this.#block.column)) return
    this.#endBlock(start - 1)
    const [, , dashes = '', , name = '', value = ''] = MEMBER.exec(line) ?? []
    // Where a document or an item of a list begins, what was open in it is over.
    const begins = dashes !== '' || line.startsWith('---')
    this.#close(begins ? column - 1 : column)
    if (name === '') return
    const object = this.#objectAt(column + dashes.length)
    object.lastName = name
    const { text, offset } = bare(value)
    if (name === 'kind' && text === 'Secret') object.isSecret = true
    const { owner } = object
    if (owner === undefined) return
    if (BLOCK_SCALAR.test(value)) {
      this.#block = { column: object.column, start: next, owner }
    } else if (!NO_VALUE.test(text)) {
      const at = start + line.length - value.length + offset
      owner.values.push({ kind: KIND, start: at, end: at + text.length })
    }
  }

  end(length: number): void {
    this.#endBlock(length)
    this.#close(-1)
  }

  #objectAt(column: number): OpenObject {
    const last = this.#open.at(-1)
    if (last?.column === column) return last
    const isData = last?.lastName === 'data' || last?.lastName === 'stringData'
    const object = { column, owner: isData ? last : undefined, values: [], isSecret: false, lastName: '' }
    this.#open.push(object)
    return object
  }

  /** Ends the objects right of `column`; where they were a `Secret`, their values are findings. */
  #close(column: number): void {
    for (let last = this.#open.at(-1); last !== undefined && last.column > column; last = this.#open.at(-1)) {
      if (last.isSecret) for (const value of last.values) this.#findings.push(value)
      this.#open.pop()
    }
  }

  #endBlock(end: number): void {
    if (this.#block === undefined) return
    const { owner, start } = this.#block
    if (end > start) owner.values.push({ kind: KIND, start, end })
    this.#block = undefined
  }
}

function columnOf(line: string): number {
  let column = 0
  while (line.charCodeAt(column) === 32 || line.charCodeAt(column) === 9) column++
  return column
}

/** A value without quotes and the comma behind it. */
function bare(value: string): { readonly text: string; readonly offset: number } {
  const [, quote = '', text = ''] = /^(["']?)(.*?)\1,?[ \t]{0,8}$/.exec(value) ?? []
  return { text, offset: quote.length }
}
