import { expect } from 'chai'
import { ANTHROPIC } from '../../../src/instrumentation/anthropic/anthropic-sdk.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { clientOf, COPIES, errorOf, EXPORTED, itemsOf, message } from './support.ts'

for (const { name, exported } of COPIES) {
  describe(`@anthropic-ai/sdk, ${name}: a consumer that leaves`, () => {
    const audited = useAudited(() => auditing(ANTHROPIC, ...EXPORTED))
    const server = useModelServer()

    it('a stream early ends the call there, with the tokens so far, and aborts the request as ever', async () => {
      const stream = await clientOf(exported, server).messages.create({ ...message('drip-5'), stream: true })
      for await (const event of stream) if (event.type === 'content_block_delta') break

      expect(stream.controller.signal.aborted).to.equal(true)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0])
        .to.include({ response_preview: 'hel', prompt_tokens: 15, completion_tokens: 1 })
        .and.not.have.property('error')
    })

    it('by aborting its stream has a cancelled call, and its loop ends silently as ever', async () => {
      const abort = new AbortController()
      const { messages } = clientOf(exported, server)
      let events = 0
      for await (const _ of await messages.create({ ...message('hang'), stream: true }, { signal: abort.signal })) {
        events++
        abort.abort()
      }

      expect(events).to.equal(1)
      expect(audited.calls()[0]).to.include({ error_type: 'cancelled', status_code: 200, prompt_tokens: 15 })
    })

    it('by aborting the stream() has a cancelled call, and gets the error of the SDK', async () => {
      const stream = clientOf(exported, server).messages.stream(message('hang'))
      stream.on('streamEvent', () => stream.abort())
      const error = await errorOf(stream.finalMessage())

      expect(error).to.be.instanceOf(exported.Anthropic.APIUserAbortError)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ error_type: 'cancelled' })
    })

    it("by aborting a request has a cancelled call, and gets the SDK's error", async () => {
      const abort = new AbortController()
      const { messages } = clientOf(exported, server)
      setTimeout(() => abort.abort(), 20)
      const error = await errorOf(messages.create(message('hang'), { signal: abort.signal }))

      expect(error).to.be.instanceOf(exported.Anthropic.APIUserAbortError)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ error_type: 'cancelled' })
    })

    it('after a timeout of the SDK has a call that timed out', async () => {
      await errorOf(clientOf(exported, server).messages.create(message('hang'), { timeout: 20 }))

      expect(audited.calls()[0]).to.include({ error_type: 'timeout' })
    })

    it('a stream whose connection breaks has a failed call', async () => {
      const stream = await clientOf(exported, server).messages.create({ ...message('cut'), stream: true })

      expect(await errorOf(itemsOf(stream))).to.be.instanceOf(Error)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.have.property('error')
    })

    it('both branches of a stream has one call', async () => {
      const stream = await clientOf(exported, server).messages.create({ ...message(), stream: true })
      await Promise.all(stream.tee().map(itemsOf))

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ response_preview: 'hello' })
    })
  })
}
