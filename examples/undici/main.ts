// A client of one's own, nothing but `fetch`: its requests to a model are in the audit log all the same. Asks the real service
// where MISTRAL_API_KEY is set, else a stand-in on this machine.
import { initAuditLogger, withAgent } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import { startModelServer } from '../../test/support/model-server.ts'

const key = process.env['MISTRAL_API_KEY']
const standIn = key === undefined ? await startModelServer() : undefined
const baseUrl = standIn?.url ?? 'https://api.mistral.ai'
// A server that Kansa does not know is named in the environment.
if (standIn !== undefined) process.env['KANSA_MODEL_HOSTS'] = new URL(baseUrl).host

const audit = initAuditLogger({ dir: './audit' })
// KANSA_INSTRUMENTATIONS=+undici is the same for `kansa/register`.
registerAuditInstrumentations({ instrumentations: ['+undici'] })

async function ask(content: string, stream: boolean): Promise<string> {
  const response = await fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key ?? 'none'}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'mistral-small-latest', messages: [{ role: 'user', content }], stream }),
  })
  return response.text()
}

await withAgent({ agentName: 'greeter', goal: 'Say hello twice' }, async run => {
  console.log(await ask('Say hello.', false))
  console.log(await ask('Say it again, piece by piece.', true))
  console.log(`tokens of this run: ${run.tokensUsed}`)
})

await audit.shutdown()
await standIn?.close()
