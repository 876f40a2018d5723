// Claude's agent is asked, one of its tools is allowed and another one denied, and all of it is in the audit log. Asks the
// real agent where ANTHROPIC_API_KEY is set and @anthropic-ai/claude-agent-sdk is installed, else a stand-in.
import { initAuditLogger } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'

interface AgentSdk {
  query(params: { prompt: string; options: object }): AsyncIterable<{ type: string; result?: string }>
}

const REAL: string = '@anthropic-ai/claude-agent-sdk'
const STAND_IN: string = '../../test/support/fake-claude/stand-in.mjs'

const audit = initAuditLogger({ dir: './audit' })
const isReal = process.env['ANTHROPIC_API_KEY'] !== undefined
// `query` is attached to as it is imported, so this goes before. Of the stand-in no loader knows, so it is handed over.
const standIn = isReal ? undefined : ({ ...(await import(STAND_IN)) } as AgentSdk)
registerAuditInstrumentations({
  instrumentations: ['claude-agent-sdk'],
  ...(standIn !== undefined && { modules: { 'claude-agent-sdk': standIn } }),
})
const sdk = standIn ?? ((await import(REAL)) as AgentSdk)

/** A person would be asked here. */
async function canUseTool(name: string, input: object): Promise<object> {
  const isAllowed = name === 'Bash'
  console.log(`${name}: ${isAllowed ? 'allowed' : 'denied'}`)
  return isAllowed
    ? { behavior: 'allow', updatedInput: input, decisionClassification: 'user_temporary' }
    : { behavior: 'deny', message: 'Not this one.', decisionClassification: 'user_reject' }
}

const prompt = 'List the files here with a tool, then ask the mcp server.'
for await (const message of sdk.query({ prompt, options: { canUseTool, maxTurns: 5 } })) {
  if (message.type === 'result') console.log(message.result)
}

await audit.shutdown()
