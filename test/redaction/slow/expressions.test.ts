import { expect } from 'chai'
import { check } from 'recheck'
import { END, START } from '../../../src/redaction/rules/token.ts'
import { builtInExpressions } from '../support/expressions.ts'

/**
 * An expression that is no quicker and that automata can decide: large bounds are taken away, what must stand before is left out, and what
 * must stand or not stand behind is looked for and not only looked at.
 */
function simplified({ source, flags }: RegExp): string {
  const loose = source
    .replace(START, '')
    .replaceAll(END, '$')
    .replaceAll(/\(\?<[!=](?:\[[^\]]*\]|[^()[])*\)/g, '')
    .replaceAll(/\(\?!(?:\[[^\]]*\]|[^()[])*\)$/g, '$')
    .replaceAll(/\(\?=((?:\[[^\]]*\]|[^()[])*)\)/g, '(?:$1)')
    .replaceAll(/\{(\d+),(\d+)\}/g, (all, least: string, most: string) => {
      if (Number(most) < 12) return all
      return least === '0' ? '*' : '+'
    })
    .replaceAll(/\{(\d+)\}/g, (all, count: string) => (Number(count) < 12 ? all : '{8}'))
  return flags.includes('y') ? `^(?:${loose})` : loose
}

/** True where it takes a bounded number of steps from each place of the text. */
function isBounded(source: string): boolean {
  return !/[*+]|\{\d+,\}/.test(source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, ''))
}

describe('expressions that masking comes with', () => {
  it('each takes time in proportion to the text', async () => {
    const all = builtInExpressions()
    expect(all.length).to.be.greaterThan(200)
    const unique = new Map(all.map(({ where, expression }) => [simplified(expression), { where, expression }]))
    const slow: string[] = []
    for (const [loose, { where, expression }] of unique) {
      const flags = expression.flags.replace('y', '')
      const quick = await check(loose, flags, { timeout: 5000 })
      if (quick.status === 'safe') continue
      // A power of a bounded number of steps is bounded too.
      if (quick.status === 'vulnerable' && quick.complexity.type === 'polynomial' && isBounded(expression.source))
        continue
      const full = await check(expression.source, expression.flags, { timeout: 10_000 })
      if (full.status !== 'safe') slow.push(`${where}: ${String(expression)} ${full.status}`)
    }
    expect(slow, slow.join('\n')).to.deep.equal([])
  })
})
