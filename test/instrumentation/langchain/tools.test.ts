import { expect } from 'chai'
import { z } from 'zod'
import { listTools } from '../../../src/instrumentation/tool-registry.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { auditingBoth, COPIES, modelOf, QUESTION, reasonOf, weatherTool } from './support.ts'

for (const { name, modules } of COPIES) {
  describe(`langchain, ${name}: a tool call`, () => {
    const audited = useAudited(auditingBoth)
    const server = useModelServer()

    it('of an agent is recorded whole, with the id that the model gave it', async () => {
      const agent = modules.langchain.createAgent({ model: modelOf(modules, server), tools: [weatherTool(modules)] })
      await agent.invoke(QUESTION)

      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({
        tool_name: 'weather',
        call_id: 'call_1',
        parameters: '{"city":"Paris"}',
        success: true,
        output_preview: 'Paris sunny',
        permission_granted: true,
      })
    })

    it('is not waited for of what only gives an answer its form', async () => {
      const form = z.object({ city: z.string() })
      const model = modelOf(modules, server)
      await model.withStructuredOutput(form, { method: 'functionCalling', name: 'only_a_form' }).invoke('Where?')
      const responseFormat = modules.langchain.toolStrategy(form)
      await modules.langchain.createAgent({ model, tools: [], responseFormat }).invoke(QUESTION)

      expect(audited.calls()).to.have.length(2)
      for (const call of audited.calls()) expect(call.response_preview).to.include('"city":"Paris"')
      const offered = listTools().get('langchain') ?? []
      expect(offered.filter(tool => /form|extract/.test(tool))).to.deep.equal([])
    })

    it('that fails is a failed one', async () => {
      const failing = weatherTool(modules, () => {
        throw new TypeError('no weather')
      })
      const error = await reasonOf(failing.invoke({ city: 'Rome' }))

      expect(error).to.be.instanceOf(TypeError)
      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({ success: false, error: 'no weather', error_type: 'TypeError' })
      expect(audited.tools()[0]).to.include({ parameters: '{"city":"Rome"}' })
    })

    it('with arguments that do not fit is a failed one, though the function never ran', async () => {
      await reasonOf(weatherTool(modules).invoke({ town: 'Rome' } as never))
      expect(audited.tools()[0]).to.include({ success: false, error_type: 'ToolInputParsingException' })
    })

    it('whose tool answers with a message of an error is a failed one', async () => {
      const failing = weatherTool(
        modules,
        () => new modules.langchain.ToolMessage({ content: 'no weather', tool_call_id: 'call_1', status: 'error' }),
      )
      await failing.invoke({ city: 'Rome' })
      expect(audited.tools()[0]).to.include({ success: false, error: 'no weather', error_type: 'tool_error' })
    })

    it('that asks a model itself has a model call of its own, as it is in the run', async () => {
      const asking = weatherTool(
        modules,
        async () => (await modelOf(modules, { ...server, model: 'inner' }).invoke('x')).text,
      )
      const agent = modules.langchain.createAgent({ model: modelOf(modules, server), tools: [asking] })
      await agent.invoke(QUESTION)

      expect(audited.calls().map(({ model }) => model)).to.deep.equal(['m', 'inner', 'm'])
      const runs = [...audited.events('ApiCall'), ...audited.events('ToolCall')].map(({ run_id }) => run_id)
      expect(new Set(runs)).to.have.length(1)
    })

    it('of a tool that takes text is recorded', async () => {
      const echo = new modules.tools.DynamicTool({ name: 'echo', description: 'says it', func: async text => text })
      await echo.invoke('hi')
      expect(audited.tools()[0]).to.include({ tool_name: 'echo', output_preview: 'hi', success: true })
    })

    it('that pauses its graph is no failure', async () => {
      const { Annotation, MemorySaver, StateGraph, interrupt } = modules.langgraph
      const asking = weatherTool(modules, () => interrupt('which one?'))
      const graph = new StateGraph(Annotation.Root({ said: Annotation<string> }))
        .addNode('ask', async () => ({ said: String(await asking.invoke({ city: 'Rome' })) }))
        .addEdge('__start__', 'ask')
        .compile({ checkpointer: new MemorySaver() })
      await graph.invoke({ said: '' }, { configurable: { thread_id: 'one' } })

      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({ success: true }).and.not.have.property('error')
      expect(audited.runs().map(({ status }) => status)).to.deep.equal(['Started', 'Running', 'Completed'])
    })
  })
}
