import { expect } from 'chai'
import { z } from 'zod'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { auditedSetting, QUIET } from './support.ts'

const GREETING = z.object({ greeting: z.string() })

describe('ai: objects and vectors', () => {
  const set = auditedSetting()

  describe('a generated object', () => {
    it('is a run with one model call', async () => {
      const { object } = await set.audited.ai.generateObject({ model: set.model('m'), prompt: 'hi', schema: GREETING })
      expect(object).to.deep.equal({ greeting: 'hello' })
      expect(set.audited.calls()).to.have.length(1)
      expect(set.audited.calls()[0]).to.include({
        total_tokens: 18,
        response_preview: '{"greeting":"hello"}',
        attempts: 1,
      })
      expect(set.statuses()).to.deep.equal(['Started', 'Completed'])
    })

    it('is so as a stream', async () => {
      const result = set.audited.ai.streamObject({ model: set.model('m'), prompt: 'hi', schema: GREETING })
      for await (const _ of result.partialObjectStream);
      expect(await result.object).to.deep.equal({ greeting: 'hello' })
      expect(set.audited.calls()[0]).to.include({ total_tokens: 18, response_preview: '{"greeting":"hello"}' })
      expect(set.statuses()).to.deep.equal(['Started', 'Completed'])
    })

    it('that fails is a failed run', async () => {
      const asked = { model: set.model('fail-401'), prompt: 'hi', schema: GREETING }
      await set.audited.ai.generateObject(asked).catch(() => {})
      for await (const _ of set.audited.ai.streamObject({ ...asked, ...QUIET }).partialObjectStream);
      expect(set.audited.calls().map(({ status_code }) => status_code)).to.deep.equal([401, 401])
      expect(set.statuses()).to.deep.equal(['Started', 'Failed', 'Started', 'Failed'])
    })
  })

  describe('embeddings', () => {
    it('are model calls of the run that asks for them, retries included', async () => {
      await withAgent({ agentName: 'a', goal: 'g', runId: 'run-1' }, () =>
        set.audited.ai.embed({ model: set.model.embeddingModel('retry-503-1-embedding'), value: 'hi' }),
      )
      expect(set.server.requests).to.have.length(2)
      expect(set.audited.calls()).to.have.length(1)
      expect(set.audited.calls()[0]).to.include({
        operation: 'embeddings',
        total_tokens: 4,
        attempts: 2,
        prompt_preview: 'hi',
      })
      expect(set.audited.events('ApiCall')[0]).to.include({ run_id: 'run-1' })
    })

    it('that fail are failed calls', async () => {
      await set.audited.ai
        .embedMany({ model: set.model.embeddingModel('fail-400'), values: ['a', 'b'] })
        .catch(() => {})
      expect(set.audited.calls()).to.have.length(1)
      expect(set.audited.calls()[0]).to.include({ status_code: 400 })
    })
  })
})
