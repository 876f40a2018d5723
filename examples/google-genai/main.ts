// A chat with Gemini, whole and streamed, in the audit log. Asks the real service where GEMINI_API_KEY is set, else a
// stand-in on this machine.
import { GoogleGenAI, Models } from '@google/genai'
import { initAuditLogger, withAgent } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import { startModelServer } from '../../test/support/model-server.ts'

const audit = initAuditLogger({ dir: './audit' })
// The one line. `node --import kansa/register main.ts` does without it.
registerAuditInstrumentations({ instrumentations: ['google-genai'], modules: { 'google-genai': Models } })

const key = process.env['GEMINI_API_KEY']
const standIn = key === undefined ? await startModelServer() : undefined
const ai = new GoogleGenAI(
  standIn === undefined ? { apiKey: key ?? '' } : { apiKey: 'none', httpOptions: { baseUrl: standIn.url } },
)

await withAgent({ agentName: 'greeter', goal: 'Say hello twice' }, async run => {
  const chat = ai.chats.create({ model: 'gemini-3.8-flash' })
  const answer = await chat.sendMessage({ message: 'Say hello.' })
  console.log(answer.text)
  for await (const chunk of await chat.sendMessageStream({ message: 'And once more.' })) {
    process.stdout.write(chunk.text ?? '')
  }
  console.log(`\ntokens of this run: ${run.tokensUsed}`)
})

await audit.shutdown()
await standIn?.close()
