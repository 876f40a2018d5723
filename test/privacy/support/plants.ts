/** Everywhere that an agent may put a secret, without meaning to. */
import type { LogRecord } from '@opentelemetry/api'
import {
  type AgentInput,
  type AuditLogger,
  createAuditEvent,
  logAuditEvent,
  toLogRecord,
  withAgent,
  withAuditContext,
  wrapModelCall,
  wrapTool,
} from '../../../src/index.ts'
import { BARE_KINDS, KINDS, secretsAt } from './planted-secrets.ts'
import type { PlantedSecret } from './planted-secrets.ts'

export interface Plant {
  readonly place: string
  readonly kinds: readonly string[]
  /** Where nothing of the value is kept, with redaction or without. */
  readonly isNotKept?: true
  put(audit: AuditLogger, text: string): unknown
}

/** Longer than a preview, and than what a line holds. */
const LONG = 'The build went on for a while. '.repeat(9000)
/** Ends shortly before a preview does. */
const NEARLY_A_PREVIEW = 'The build went on for a while. '.repeat(6)

export const PLANTS: readonly Plant[] = [
  tool('parameters, nested', text => ({ parameters: { steps: [{ run: { script: [text, 'make'] } }] } })),
  tool('parameters, given as text', text => ({ parameters: `run ${text} now` })),
  tool('parameters, JSON in JSON in JSON', text => ({
    parameters: { body: JSON.stringify({ inner: JSON.stringify({ note: `use ${text}` }) }) },
  })),
  tool('parameters, a dump of the environment', text => ({
    parameters: { env: `HOME=/root\nPWD=/srv\n${text}\nLANG=C.UTF-8\n` },
  })),
  notKept(
    tool('parameters, bytes', text => ({
      parameters: { body: Buffer.from(text), view: new Uint8Array(Buffer.from(text)) },
    })),
  ),
  tool('parameters, a map and a set', text => ({
    parameters: { map: new Map([['line', text]]), set: new Set([text]) },
  })),
  tool('parameters, an error', text => ({ parameters: { cause: new Error(text, { cause: text }) } })),
  tool('parameters, what has its own JSON', text => ({ parameters: { toJSON: () => ({ line: text }) } })),
  tool('parameters, headers of fetch', text => ({
    parameters: { headers: new Headers({ 'x-line': text.replaceAll('\n', ' ') }) },
  })),
  tool('parameters, the query of a URL', text => ({
    parameters: { url: `https://example.com/?next=${encodeURIComponent(text)}&page=2` },
  })),
  // A basic header is base64 already.
  tool(
    'an output, in base64',
    text => ({ output: `saved as ${Buffer.from(text).toString('base64')} there` }),
    KINDS.filter(kind => kind !== 'a basic header'),
  ),
  tool('parameters, headers', text => ({
    parameters: { headers: { accept: '*/*', 'x-forwarded': text }, url: 'https://example.com/' },
  })),
  tool('parameters, a command', text => ({ parameters: { cmd: `cat <<EOF | tee -a out.txt\n${text}\nEOF` } })),
  tool('an output', text => ({ output: `first line\n${text}\nlast line` })),
  tool('an output, across the end of its preview', text => ({ output: `${NEARLY_A_PREVIEW}${text} and so on` })),
  tool('an output that is too large', text => ({ output: `${LONG.slice(0, 100_000)}\n${text}\n${LONG}` }), BARE_KINDS),
  tool('an output that is an object', text => ({ output: { stdout: text, code: 0 } })),
  tool('a preview of an output', text => ({ outputPreview: `it said ${text}` })),
  tool('an error', text => ({ error: new Error(`cannot connect: ${text}`) })),
  tool('an error that is text', text => ({ error: `cannot connect: ${text}` })),
  tool('a reason', text => ({ decision: 'Deny', decisionReason: `because of ${text}` })),
  tool('labels', text => ({ labels: { note: text, team: 'blue' } })),
  tool('labels, as a name', text => ({ labels: { [text]: 'blue' } }), BARE_KINDS),
  ...(['toolName', 'callId', 'actorId', 'userId', 'sessionId', 'policyName', 'errorType'] as const).map(field =>
    tool(`a name or id: ${field}`, text => ({ [field]: text }), BARE_KINDS),
  ),
  plant('a prompt', (audit, text) => audit.logApiCall({ ...MODEL, prompt: `My key is\n${text}\nplease use it` })),
  plant('messages of a prompt', (audit, text) =>
    audit.logApiCall({ ...MODEL, prompt: [{ role: 'user', content: [{ type: 'text', text }] }] }),
  ),
  plant('a response', (audit, text) => audit.logApiCall({ ...MODEL, response: { content: `Set this: ${text}` } })),
  plant('previews of a call', (audit, text) =>
    audit.logApiCall({ ...MODEL, promptPreview: `a ${text}`, responsePreview: `b ${text}` }),
  ),
  plant('an error of a call', (audit, text) =>
    audit.logApiCall({ ...MODEL, error: new Error(`refused: ${text}`, { cause: new Error(text) }) }),
  ),
  plant('a goal', (audit, text) => audit.logAgentStart({ agentName: 'coder', goal: `Deploy with ${text}` })),
  plant('artifacts', (audit, text) => audit.logAgentComplete({ ...AGENT, artifacts: ['report.md', text] })),
  plant('an error of a run', (audit, text) => audit.logAgentFailure({ ...AGENT, error: new Error(text) })),
  plant('a finding', (audit, text) => audit.logSecurityEvent({ ...FINDING, message: `Seen: ${text}` })),
  plant('the context of a finding', (audit, text) =>
    audit.logSecurityEvent({ ...FINDING, context: { line: text, nested: { again: [text] } } }),
  ),
  plant('what tokens were used for', (audit, text) =>
    audit.logTokenUsage({ entityId: 'coder', entityType: 'agent', tokensConsumed: 5, operation: `chat ${text}` }),
  ),
  plant('a complete event', (audit, text) =>
    audit.logEvent(
      createAuditEvent('coder', {
        type: 'Security',
        data: { ...FINDING, action: 'Logged', message: `Seen: ${text}`, context: { note: text } },
      }),
    ),
  ),
  plant('an argument of a wrapped tool', (_, text) => wrapTool((_cmd: string) => 'done', { toolName: 'shell' })(text)),
  plant('the result of a wrapped tool', (_, text) => wrapTool(async () => ({ stdout: text }), { toolName: 'shell' })()),
  plant('what a wrapped tool threw', async (_, text) => {
    const failing = wrapTool(
      async () => {
        throw new Error(`exit code 2: ${text}`, { cause: new Error(text) })
      },
      { toolName: 'shell' },
    )
    await failing().catch(() => {})
  }),
  plant('the messages of a wrapped model call', async (_, text) => {
    await askModel(text, 'hello')
  }),
  plant('the answer of a wrapped model call', async (_, text) => {
    await askModel('hello', text)
  }),
  plant('the stream of a wrapped model call', async (_, text) => {
    const ask = wrapModelCall(inPieces, { provider: 'openai', model: 'gpt-5' })
    // Nobody needs the pieces.
    for await (const piece of ask(text)) void piece
  }),
  plant('the goal of a run', async (_, text) => {
    await withAgent({ agentName: 'coder', goal: `Deploy with ${text}` }, async () => {})
  }),
  plant('what a run made and how it failed', async (_, text) => {
    const failing = withAgent({ agentName: 'coder', goal: 'Deploy' }, async run => {
      run.addArtifact(text)
      throw new Error(text)
    })
    await failing.catch(() => {})
  }),
  plant('labels of a context', async (audit, text) => {
    await withAuditContext({ labels: { note: text } }, async () => audit.logToolCall({ toolName: 'shell' }))
  }),
  refused('a malformed event: a name', (audit, text) => audit.logAgentStart({ ...AGENT, ...hostile(text, 1) })),
  refused('a malformed event: a word', (audit, text) =>
    audit.logToolCall({ toolName: 'x', ...hostile('decision', text) }),
  ),
  refused('a malformed event: a time', (audit, text) =>
    audit.logToolCall({ toolName: 'x', ...hostile('timestamp', text) }),
  ),
  refused('a malformed event: a number', (audit, text) =>
    audit.logToolCall({ toolName: 'x', ...hostile('durationMs', text) }),
  ),
]

export const EARLY_ACTOR = 'early-bird'
/** What is logged before there is a logger, or anybody knows its options: it is masked in any case. */
export const EARLY = {
  place: 'an event before the beginning',
  kinds: KINDS,
  put: (text: string): unknown =>
    logAuditEvent(
      createAuditEvent(EARLY_ACTOR, {
        type: 'Security',
        data: { ...FINDING, action: 'Logged', message: `Seen: ${text}`, context: { note: text } },
      }),
    ),
}

/** What is logged in the turn in which the process dies of an error that nobody caught. */
export const LAST: Plant = plant('an event right before a crash', (audit, text) =>
  audit.logToolCall({ toolName: 'shell', parameters: { text }, error: new Error(text) }),
)

/** Log records in the form of audit events that did not come from a logger of Kansa's. */
export const RECORDS: readonly (Pick<Plant, 'place' | 'kinds'> & { recordOf(text: string): LogRecord })[] = [
  {
    place: 'a log record of somebody else',
    kinds: KINDS,
    recordOf: text =>
      toLogRecord(
        createAuditEvent('coder', {
          type: 'Security',
          data: { ...FINDING, action: 'Logged', message: `Seen: ${text}`, context: { note: text } },
        }),
      ),
  },
  {
    place: 'a log record that is malformed',
    kinds: KINDS,
    recordOf: text => ({
      eventName: 'agent_audit.tool.call',
      body: text,
      attributes: { 'agent_audit.tool.parameters': text, 'app.note': text, 'gen_ai.tool.name': 5 },
    }),
  },
]

/** What describes the application itself, in the log's first record and beside every record that is sent. */
export const SURROUNDINGS: Pick<Plant, 'place' | 'kinds'> = { place: 'the resource', kinds: BARE_KINDS }

/** A password in it: a message about a destination must not have it. */
export const ADDRESS: Pick<Plant, 'place' | 'kinds'> = {
  place: 'the address of a collector',
  kinds: ['an environment variable'],
}

export function secretsOf({ place, kinds }: Pick<Plant, 'place' | 'kinds'>): PlantedSecret[] {
  return secretsAt(place, kinds)
}

const MODEL = { provider: 'openai', model: 'gpt-5' }
const AGENT: AgentInput = { agentName: 'coder', goal: 'Find out' }
const FINDING = { severity: 'Warning', category: 'PermissionDenied', message: 'Denied', source: 'policy' } as const

function plant(place: string, put: Plant['put'], kinds: readonly string[] = KINDS): Plant {
  return { place, kinds, put }
}

function tool(place: string, inputOf: (text: string) => object, kinds: readonly string[] = KINDS): Plant {
  return plant(place, (audit, text) => audit.logToolCall({ toolName: 'shell', ...inputOf(text) }), kinds)
}

/** The logger throws; what it says is looked through, too. */
function refused(place: string, put: Plant['put']): Plant {
  return notKept(plant(place, put, BARE_KINDS))
}

function notKept(planted: Plant): Plant {
  return { ...planted, isNotKept: true }
}

/** What the types do not allow. */
function hostile(name: string, value: unknown): object {
  return { [name]: value }
}

async function askModel(question: string, answer: string): Promise<void> {
  const ask = wrapModelCall(
    async (_request: object) => ({
      choices: [{ message: { role: 'assistant', content: answer } }],
      usage: { prompt_tokens: 5, completion_tokens: 5 },
    }),
    MODEL,
  )
  await ask({ messages: [{ role: 'user', content: question }] })
}

/** An answer in pieces of seven characters. */
async function* inPieces(text: string): AsyncGenerator<object> {
  for (let at = 0; at < text.length; at += 7) yield { choices: [{ delta: { content: text.slice(at, at + 7) } }] }
}
