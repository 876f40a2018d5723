/** An application that attaches by itself: to what it imported before, and to what comes later. */
import { createRequire } from 'node:module'
import Imported from 'openai'
import { initAuditLogger } from '../../../../src/create-audit-logger.ts'
import { listAttachments, registerAuditInstrumentations } from '../../../../src/instrumentation.ts'

initAuditLogger()
const detach = registerAuditInstrumentations({ modules: { openai: Imported } })
const Required = createRequire(import.meta.url)('openai') as typeof Imported

async function ask(OpenAI: typeof Imported): Promise<void> {
  const client = new OpenAI({ apiKey: 'none', baseURL: `${process.env['MODEL_URL']}/v1` })
  await client.embeddings.create({ model: 'm', input: 'hi' })
}

await ask(Imported)
await ask(Required)
detach()
await ask(Imported)
console.log(listAttachments().map(({ sdk, problem }) => [sdk, problem]))
