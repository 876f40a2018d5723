import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import { expect } from 'chai'
import { HIDING_PLACES } from './rules/corpus/hiding-places.ts'
import { maskText } from './rules/corpus/mask.ts'
import { plantedTexts } from './rules/corpus/planted.ts'

/** It takes whatever stands in the place of a password in the address of a database for one: our mark too. */
const MARK_AS_PASSWORD = /:\/\/[^:/\s]+:\[REDACTED:[a-z-]+:[0-9a-f]{12}\]@/

/** What secretlint, which shares nothing with our rules, finds in a text. */
async function secretsIn(text: string): Promise<string[]> {
  const { messages } = await lintSource({
    source: { filePath: 'journal.jsonl', content: text, contentType: 'text', ext: '.jsonl' },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] },
      noPhysicFilePath: true,
    },
  })
  return messages
    .filter(({ message }) => !MARK_AS_PASSWORD.test(message))
    .map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

describe('an independent scanner', () => {
  const planted = plantedTexts()
  const seen = new Map<string, number>()

  after(() => {
    const total = [...seen.values()].reduce((sum, count) => sum + count, 0)
    console.log(`\n    secretlint: ${total} findings in the planted texts before masking`)
  })

  for (const { name } of HIDING_PLACES) {
    it(`finds nothing in masked texts, with secrets in: ${name}`, async () => {
      const texts = planted.filter(each => each.place === name).map(each => each.text)
      seen.set(name, (await secretsIn(texts.join('\n\n'))).length)
      expect(await secretsIn(texts.map(maskText).join('\n\n'))).to.deep.equal([])
    })
  }

  it('finds many where nothing is masked', () => {
    expect(seen.get('plain')).to.be.above(50)
    expect([...seen.values()].filter(count => count > 0).length).to.be.above(12)
  })
})
