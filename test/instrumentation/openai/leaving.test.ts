import { expect } from 'chai'
import { OPENAI } from '../../../src/instrumentation/openai/openai-sdk.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { chat, clientOf, COPIES, EXPORTED } from './support.ts'

for (const { name, exported } of COPIES) {
  describe(`openai, ${name}: a consumer that leaves`, () => {
    const audited = useAudited(() => auditing(OPENAI, ...EXPORTED))
    const server = useModelServer()

    it('a stream early ends the call there, which is no failure, and aborts the request as ever', async () => {
      const stream = await clientOf(exported, server).chat.completions.create({ ...chat('drip-5'), stream: true })
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break

      expect(stream.controller.signal.aborted).to.equal(true)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0])
        .to.include({ response_preview: 'hel', usage_unknown: true })
        .and.not.have.property('error')
    })

    it('by aborting its stream has a cancelled call, and its loop ends silently as ever', async () => {
      const abort = new AbortController()
      const { completions } = clientOf(exported, server).chat
      const body = { ...chat('hang'), stream: true } as const
      let chunks = 0
      for await (const _ of await completions.create(body, { signal: abort.signal })) {
        chunks++
        abort.abort()
      }

      expect(chunks).to.equal(1)
      expect(audited.calls()[0]).to.include({ error_type: 'cancelled', status_code: 200 })
    })

    it("by aborting a request has a cancelled call, and gets the SDK's error", async () => {
      const { completions } = clientOf(exported, server).chat
      const error: unknown = await completions.create(chat('hang'), { signal: AbortSignal.timeout(20) }).then(
        () => undefined,
        (reason: unknown) => reason,
      )

      expect(error).to.be.instanceOf(exported.OpenAI.APIUserAbortError)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]?.error_type).to.be.oneOf(['cancelled', 'timeout'])
    })

    it('after a timeout of the SDK has a call that timed out', async () => {
      await clientOf(exported, server)
        .chat.completions.create(chat('hang'), { timeout: 20 })
        .catch(() => {})

      expect(audited.calls()[0]).to.include({ error_type: 'timeout' })
    })

    it('a stream whose connection breaks has a failed call', async () => {
      const stream = await clientOf(exported, server).chat.completions.create({ ...chat('cut'), stream: true })
      const reading = async (): Promise<void> => {
        for await (const _ of stream);
      }
      const thrown: unknown = await reading().catch((reason: unknown) => reason)

      expect(thrown).to.be.instanceOf(Error)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.have.property('error')
    })

    it('both branches of a stream has one call', async () => {
      const stream = await clientOf(exported, server).chat.completions.create({ ...chat(), stream: true })
      const branches = stream.tee()
      await Promise.all(
        branches.map(async branch => {
          for await (const _ of branch);
        }),
      )

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ response_preview: 'hello' })
    })
  })
}
