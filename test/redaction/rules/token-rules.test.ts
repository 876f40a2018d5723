import { expect } from 'chai'
import type { TokenRule } from '../../../src/redaction/token-rule.ts'
import { PATTERN_RULES, TOKEN_RULES } from '../../../src/redaction/rules/all-rules.ts'
import { secretText } from './corpus/corpus-secret.ts'
import { Draw } from './corpus/draw.ts'
import { readBenign, readTokens } from './corpus/read-corpus.ts'
import { TOKEN_SHAPES } from './corpus/token-shapes.ts'
import { findTokens } from './find-tokens.ts'

const KINDS = new Set([...TOKEN_RULES, ...PATTERN_RULES].map(rule => rule.kind))
const rulesOf = (kind: string): TokenRule[] => TOKEN_RULES.filter(rule => rule.kind === kind)

function found(kind: string, text: string): string[] {
  const byPattern = PATTERN_RULES.filter(rule => rule.kind === kind && (rule.gate?.(text) ?? true)).flatMap(rule =>
    [...text.matchAll(rule.pattern)].map(([match]) => match).filter(match => rule.accepts?.(match) ?? true),
  )
  return [...rulesOf(kind).flatMap(rule => findTokens(rule, text)), ...byPattern]
}

describe('token rules', () => {
  const secrets = readTokens()

  it('are of more than 150 kinds, each with its shapes in the corpus', () => {
    expect(KINDS.size).to.be.at.least(150)
    expect([...KINDS].toSorted()).to.deep.equal(Object.keys(TOKEN_SHAPES).toSorted())
    expect(new Set(secrets.map(secret => secret.kind))).to.deep.equal(KINDS)
  })

  for (const kind of KINDS) {
    const texts = secrets.filter(secret => secret.kind === kind).map(secretText)

    it(`find a whole ${kind}`, () => {
      const missed = texts.filter(text => !found(kind, `value: ${text}, next`).includes(text))
      expect(missed).to.deep.equal([])
    })

    it(`find no ${kind} that is a part of a longer word, is short, or is a placeholder`, () => {
      const glued = texts.filter(text => found(kind, `value: zz9${text}`).includes(text))
      const others = texts.flatMap(text => [text.slice(0, Math.min(12, text.length / 2)), placeholderOf(kind, text)])
      expect([...glued, ...others.filter(text => found(kind, text).length > 0)]).to.deep.equal([])
    })
  }

  it('find nothing in what agents log without a secret', () => {
    const masks = readBenign().flatMap(({ sort, text }) =>
      [...KINDS].flatMap(kind => found(kind, text).map(match => `${kind} in ${sort}: ${match}`)),
    )
    expect(masks).to.deep.equal([])
  })
})

/** The token with one letter in the place of all that is random. */
function placeholderOf(kind: string, text: string): string {
  const shape = (TOKEN_SHAPES[kind] ?? []).find(each => new Draw('x').shape(each).length === text.length) ?? ''
  return shape.replace(/\{(?:uuid|D|\w(\d+))\}/g, (_, count) => 'x'.repeat(Number(count ?? 36)))
}

describe('patterns of token rules', () => {
  const patterns = [...TOKEN_RULES, ...PATTERN_RULES].map(({ kind, pattern }) => ({
    kind,
    source: bare(pattern.source),
  }))

  it('begin where the literal is, and know no state', () => {
    expect(TOKEN_RULES.filter(rule => rule.pattern.flags !== 'y').map(rule => rule.kind)).to.deep.equal([])
    expect(TOKEN_RULES.filter(rule => (rule.lead ?? 0) > 80).map(rule => rule.kind)).to.deep.equal([])
  })

  it('repeat nothing without a bound', () => {
    expect(patterns.filter(({ source }) => /[*+]|\{\d+,\}/.test(source))).to.deep.equal([])
  })

  it('repeat no repetition', () => {
    expect(patterns.filter(({ source }) => /\}[^()]*\)\{/.test(source))).to.deep.equal([])
  })

  it('have literals of three characters or more, of which ordinary text has few', () => {
    const literals = TOKEN_RULES.flatMap(rule => rule.prefixes)
    expect(literals.filter(literal => literal.length < 3)).to.deep.equal([])
  })
})

/** A pattern without classes and escapes. */
function bare(source: string): string {
  return source.replace(/\[(?:\\.|[^\]\\])*\]/g, 'C').replace(/\\./g, 'e')
}
