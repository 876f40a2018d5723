import { expect } from 'chai'
import { nearest } from '../../src/query/nearest.ts'

const NAMES = ['tool_name', 'tool_server', 'total_tokens', 'prompt_tokens', 'tokens_used', 'model', 'id']

describe('names that somebody may have meant', () => {
  const cases: Record<string, string[]> = {
    tool_nam: ['tool_name'],
    TOOL_NAME: ['tool_name'],
    tolname: ['tool_name'],
    modle: ['model'],
    tokens: ['tokens_used', 'total_tokens', 'prompt_tokens'],
    totl_tokens: ['total_tokens'],
    ib: ['id'],
    '': [],
    something_else: [],
  }
  for (const [word, expected] of Object.entries(cases)) {
    it(`for "${word}" are ${expected.join(', ') || 'none'}`, () => {
      expect(nearest(word, NAMES)).to.deep.equal(expected)
    })
  }

  it('are at most three, the closest first', () => {
    expect(nearest('name', ['surname', 'name1', 'names', 'nam', 'filename']))
      .to.have.lengthOf(3)
      .and.to.include('names')
  })
})
