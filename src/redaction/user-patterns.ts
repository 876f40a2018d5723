/** The user's own regular expressions, run by an engine whose time is linear in the text (RE2): none of them can be made slow. */
import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'
import { KansaError } from '../errors.ts'
import type { Finding } from './finding.ts'

/** What is secret by its look. */
export interface UserPattern {
  /** What the marks call it. Default `custom`. */
  readonly kind?: string | undefined
  /** Flags `i`, `m`, `s` and `u` count; `g`, `y` and `d` make no difference. `\s` and `\w` are ASCII. */
  readonly pattern: RegExp
}

const OWN_KIND = 'custom'

type Engine = typeof import('re2js')

// Owned by `engine`: loading takes some 10 ms, so it is loaded for the first pattern and not with the package.
let loaded: Engine | undefined

/** The user's patterns, compiled. */
export class UserPatterns {
  readonly #compiled: readonly { readonly kind: string; readonly expression: RE2JS }[]

  /** @throws KansaError `KANSA_INVALID_OPTION` for what cannot run in linear time. */
  constructor(patterns: readonly UserPattern[] = []) {
    this.#compiled = patterns.map(({ kind = OWN_KIND, pattern }, index) => ({
      kind,
      expression: compiled(pattern, index),
    }))
  }

  get isEmpty(): boolean {
    return this.#compiled.length === 0
  }

  /** Adds what matches in `text` to `findings`; false where time ran out between two patterns. */
  search(text: string, findings: Finding[], isOverdue: () => boolean): boolean {
    for (const { kind, expression } of this.#compiled) {
      if (isOverdue()) return false
      const matcher = expression.matcher(text)
      while (matcher.find()) {
        const start = matcher.start()
        const end = matcher.end()
        if (end > start) findings.push({ kind, start, end })
      }
    }
    return true
  }
}

/** @throws KansaError `KANSA_INVALID_OPTION` where one of them cannot run in linear time. */
export function refuseSlowPatterns(patterns: readonly UserPattern[]): void {
  for (const [index, { pattern }] of patterns.entries()) compiled(pattern, index)
}

function compiled(pattern: RegExp, index: number): RE2JS {
  if (pattern.unicodeSets) throw refused(index, 'the flag `v` is not supported, write it with `u`')
  const { RE2JS } = engine()
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern))
  } catch (error) {
    const advice =
      'it cannot run in linear time or is not RE2 syntax: leave out look-around (`(?=`, `(?!`, `(?<=`, `(?<!`) and ' +
      'back-references (`\\1`), or look for it in `redaction.mask`'
    throw refused(index, advice, error)
  }
}

function refused(index: number, reason: string, cause?: unknown): KansaError {
  return new KansaError('KANSA_INVALID_OPTION', `option \`redaction.patterns[${index}]\`: ${reason}`, { cause })
}

function engine(): Engine {
  loaded ??= requiredEngine()
  return loaded
}

function requiredEngine(): Engine {
  const found: Engine = createRequire(import.meta.url)('re2js')
  return found
}
