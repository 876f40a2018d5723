import { expect } from 'chai'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { auditingBoth, COPIES, itemsOf, modelOf, QUESTION, reasonOf, until, weatherTool } from './support.ts'

for (const { name, modules } of COPIES) {
  describe(`langchain, ${name}: a consumer that leaves`, () => {
    const audited = useAudited(auditingBoth)
    const server = useModelServer()
    beforeEach(() => server.clear())

    const statuses = (): string[] => audited.runs().map(({ status }) => status)

    it("a model's stream early ends the call there, which is no failure", async () => {
      for await (const chunk of await modelOf(modules, { ...server, model: 'drip-5' }).stream('x')) {
        if (chunk.content !== '') break
      }

      expect(audited.calls()).to.have.length(1)
      // The stream may have been read ahead.
      expect(audited.calls()[0]?.response_preview).to.match(/^hel/)
      expect(audited.calls()[0]).to.not.have.property('error')
    })

    it("by aborting a model's stream has a cancelled call", async () => {
      const abort = new AbortController()
      const model = modelOf(modules, { ...server, model: 'hang' })
      const reading = async (): Promise<void> => {
        for await (const _ of await model.stream('x', { signal: abort.signal })) setTimeout(() => abort.abort(), 5)
      }

      expect(await reasonOf(reading())).to.be.instanceOf(Error)
      await until(() => audited.calls().length > 0)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ error_type: 'cancelled' })
    })

    it('by aborting an agent has a cancelled run and call', async () => {
      const agent = modules.langchain.createAgent({ model: modelOf(modules, { ...server, model: 'hang' }), tools: [] })
      const abort = new AbortController()
      const running = reasonOf(agent.invoke(QUESTION, { signal: abort.signal }))
      await until(() => server.requests.length > 0)
      abort.abort()

      expect(await running).to.be.instanceOf(Error)
      await until(() => statuses().length > 1 && audited.calls().length > 0)
      expect(statuses()).to.deep.equal(['Started', 'Cancelled'])
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ error_type: 'cancelled' })
    })

    it("an agent's stream early has a cancelled run, also where that does not stop the agent", async () => {
      const tools = [weatherTool(modules)]
      const agent = modules.langchain.createAgent({ model: modelOf(modules, server), tools })
      for await (const _ of await agent.stream(QUESTION)) break

      await until(() => statuses().length > 1)
      expect(statuses()).to.deep.equal(['Started', 'Cancelled'])
    })

    it('a stream whose connection breaks has a failed call', async () => {
      const reading = async (): Promise<unknown> =>
        itemsOf(await modelOf(modules, { ...server, model: 'cut' }).stream('x'))

      expect(await reasonOf(reading())).to.be.instanceOf(Error)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.have.property('error')
    })
  })
}
