import { readFileSync, readdirSync } from 'node:fs'
import { expect } from 'chai'
import { TOKEN_RULES } from '../../src/redaction/rules/all-rules.ts'
import { CORPUS, corpusFiles } from './rules/corpus/corpus-files.ts'
import { secretText } from './rules/corpus/corpus-secret.ts'
import { maskCutText, maskText, maskedKinds } from './rules/corpus/mask.ts'
import { leakOf, plantedIdioms, plantedTexts } from './rules/corpus/planted.ts'
import type { Planted } from './rules/corpus/planted.ts'
import { readIdioms, readStructured, readTokens } from './rules/corpus/read-corpus.ts'
import { findTokens } from './rules/find-tokens.ts'

const RECALL_FLOOR = 0.97
const IDIOM_FLOOR = 0.93
const MAX_CORPUS_BYTES = 600_000

const PREFIXES = TOKEN_RULES.flatMap(rule => rule.prefixes)

interface Tally {
  found: number
  all: number
}

describe('the corpus of secrets', () => {
  it('is what its script writes', () => {
    const stored = Object.fromEntries(
      readdirSync(CORPUS).map(name => [name, readFileSync(`${CORPUS}/${name}`, 'utf8')]),
    )
    expect(stored).to.deep.equal(corpusFiles())
    const bytes = Object.values(stored).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(bytes).to.be.below(MAX_CORPUS_BYTES)
  })

  it('holds no secret in one piece', () => {
    const whole = [...readTokens(), ...readStructured(), ...readIdioms()].filter(({ parts }) =>
      parts.some(part => part.length > 11),
    )
    expect(whole).to.deep.equal([])
    const text = ['tokens.jsonl', 'structured.jsonl', 'idioms.jsonl']
      .map(name => readFileSync(`${CORPUS}/${name}`, 'utf8'))
      .join('')
    expect(TOKEN_RULES.flatMap(rule => findTokens(rule, text))).to.deep.equal([])
  })
})

describe('recall', () => {
  const byPlace = new Map<string, Tally>()
  const byKind = new Map<string, Tally>()
  const byIdiom = new Map<string, Tally>()
  const total: Tally = { found: 0, all: 0 }
  const idioms: Tally = { found: 0, all: 0 }

  before(() => {
    for (const planted of plantedTexts())
      count(planted, [total, tallyOf(byPlace, planted.place), tallyOf(byKind, planted.kind)])
    for (const planted of plantedIdioms()) count(planted, [idioms, tallyOf(byIdiom, planted.kind)])
  })

  after(() => {
    console.log(`\n    recall ${percent(total)} of ${total.all} texts with a structured secret`)
    print(byPlace)
    console.log(`    ${countOf(byKind, isComplete)} kinds are found everywhere; the others:`)
    print(byKind, tally => !isComplete(tally))
    console.log(
      `    recall ${percent(idioms)} of ${idioms.all} texts with a password in an idiom; not found everywhere:`,
    )
    print(byIdiom, tally => !isComplete(tally))
  })

  it(`is at least ${RECALL_FLOOR} over all kinds and hiding places`, () => {
    expect(total.found / total.all).to.be.at.least(RECALL_FLOOR)
  })

  it('is at least 0.97 in every hiding place', () => {
    expect(below(byPlace, RECALL_FLOOR)).to.deep.equal([])
  })

  it('is at least 0.9 for every kind', () => {
    expect(below(byKind, 0.9)).to.deep.equal([])
  })

  it(`is at least ${IDIOM_FLOOR} for passwords that only their surroundings tell`, () => {
    expect(idioms.found / idioms.all).to.be.at.least(IDIOM_FLOOR)
  })
})

describe('what is masked', () => {
  const tokens = readTokens()

  it('has the kind of its rule', () => {
    const other = tokens.filter(each => !maskedKinds(`the value ${secretText(each)} is set`).includes(each.kind))
    expect(other.map(({ kind, parts }) => `${kind}: ${parts[0]}`)).to.deep.equal([])
  })

  it('is masked where a token stands in the path of an address, behind letters', () => {
    const bots = tokens.filter(each => each.kind === 'telegram-bot-token').map(secretText)
    const leaks = bots.map(shown => leakOf(maskText(`https://api.telegram.org/bot${shown}/getMe`), { shown }))
    expect(leaks).to.deep.equal(bots.map(() => undefined))
  })

  it('is masked to the end where a text was cut inside a secret', () => {
    const leaks = tokens.flatMap(each => {
      const half = secretText(each).slice(0, Math.ceil(secretText(each).length * 0.7))
      // What tells a key of Azure stands near its end: nothing says what the first half is.
      if (!PREFIXES.some(prefix => half.includes(prefix))) return []
      const leak = leakOf(maskCutText(`the value ${half}`), { shown: half })
      return leak === undefined ? [] : [`${each.kind}: ${leak}`]
    })
    expect(leaks.length / tokens.length, leaks.join('\n')).to.be.below(1 - RECALL_FLOOR)
  })

  it('is not masked again', () => {
    const some = plantedTexts().filter((_, index) => index % 5 === 0)
    const masked = some.map(each => maskText(each.text))
    expect(masked.filter(text => maskText(text) !== text)).to.deep.equal([])
  })
})

function count(planted: Planted, tallies: readonly Tally[]): void {
  const found = leakOf(maskText(planted.text), planted) === undefined
  for (const tally of tallies) {
    tally.all++
    if (found) tally.found++
  }
}

function print(tallies: ReadonlyMap<string, Tally>, isWanted: (tally: Tally) => boolean = () => true): void {
  for (const [name, tally] of tallies)
    if (isWanted(tally)) console.log(`      ${percent(tally).padStart(7)}  ${name.replaceAll('\n', '⏎')}`)
}

function isComplete({ found, all }: Tally): boolean {
  return found === all
}

function countOf(tallies: ReadonlyMap<string, Tally>, isWanted: (tally: Tally) => boolean): number {
  return [...tallies.values()].filter(isWanted).length
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? { found: 0, all: 0 }
  tallies.set(name, tally)
  return tally
}

function below(tallies: ReadonlyMap<string, Tally>, floor: number): string[] {
  return [...tallies]
    .filter(([, { found, all }]) => found / all < floor)
    .map(([name, tally]) => `${name}: ${percent(tally)}`)
}

function percent({ found, all }: Tally): string {
  return `${((100 * found) / all).toFixed(1)} %`
}
