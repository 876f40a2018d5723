/** The helpers with which LangChain is tested (`@langchain/core/utils/testing`). */
import { tool } from '@langchain/core/tools'
import { FakeChatModel, FakeListChatModel, FakeStreamingChatModel, FakeTool } from '@langchain/core/utils/testing'
import { ChatPromptTemplate } from '@langchain/core/prompts'
import { z } from 'zod'

const list = new FakeListChatModel({ responses: ['one', 'two'] })
console.log((await list.invoke('first')).content, (await list.invoke('second')).content)
for await (const chunk of await list.stream('third')) console.log(chunk.content)

console.log(
  (await ChatPromptTemplate.fromTemplate('Say {what}').pipe(new FakeChatModel({})).invoke({ what: 'hi' })).content,
)
for await (const chunk of await new FakeStreamingChatModel({ sleep: 1 }).stream('letters')) console.log(chunk.content)

const fake = new FakeTool({ name: 'fake', description: 'says what it gets', schema: z.object({ a: z.string() }) })
console.log(await fake.invoke({ a: 'b' }))
const failing = tool(() => Promise.reject(new Error('no tool today')), { name: 'failing', schema: z.object({}) })
await failing.invoke({}).catch((error: unknown) => console.log(String(error)))
