import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { createAuditLogger, withAgent, wrapModelCall, wrapTool } from '../../../src/index.ts'
import type { AuditEvent } from '../../../src/index.ts'
import { thrownBy, useAuditFolders, useEnvironment } from '../logger/support/audit-folders.ts'
import { useCapturedDiag } from '../logger/support/captured-diag.ts'
import { FailingSecrets, MARK, TOKEN } from './support/secrets.ts'

describe('a logger', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()
  const captureDiag = useCapturedDiag()

  it('masks secrets by default, and says on the line how many of which kind', async () => {
    const folder = newFolder()
    const audit = folder.open()
    audit.logToolCall({ toolName: 'shell', parameters: { cmd: `curl -H "x: ${TOKEN}"`, password: 'hunter2' } })
    await audit.shutdown()
    const [event] = folder.of('ToolCall')
    expect(event?.redacted).to.deep.equal({ 'github-token': 1, password: 1 })
    expect(event?.event_type.data.parameters).to.match(MARK)
    const text = readFileSync(`${folder.dir}/audit.jsonl`, 'utf8')
    expect(text).to.not.include(TOKEN).and.not.include('hunter2')
  })

  it('leaves a clean event as it is', () => {
    const audit = createMemoryAuditLogger()
    audit.logToolCall({ toolName: 'shell', parameters: { cmd: 'ls -la', n: 1 }, output: 'total 48' })
    expect(audit.events[0]?.event_type.data).to.include({
      parameters: '{"cmd":"ls -la","n":1}',
      output_preview: 'total 48',
    })
    expect(audit.events[0]).to.not.have.property('redacted')
  })

  it('stores everything as it is with redaction: false, and says so in AuditStarted', async () => {
    const folder = newFolder()
    const audit = folder.open({ redaction: false })
    audit.logToolCall({ toolName: 'shell', parameters: { token: TOKEN } })
    await audit.shutdown()
    expect(folder.of('ToolCall')[0]?.event_type.data.parameters).to.equal(JSON.stringify({ token: TOKEN }))
    expect(JSON.parse(folder.contexts('AuditStarted')[0]?.['options'] ?? '')).to.deep.include({
      redaction: { value: false, source: 'code' },
    })
  })

  it('masks what is logged as a complete event', () => {
    const audit = createMemoryAuditLogger()
    const source = createMemoryAuditLogger({ redaction: false })
    source.logToolCall({ toolName: 'shell', parameters: { token: TOKEN }, error: TOKEN })
    for (const event of source.events) audit.logEvent(event)
    expect(JSON.stringify(audit.events)).to.not.include(TOKEN)
    expect(audit.events[0]?.redacted).to.deep.equal({ 'github-token': 2 })
  })

  it('masks what wrappers and runs record', async () => {
    const logger = createMemoryAuditLogger()
    const tool = wrapTool((_headers: Map<string, string>) => ({ secret: TOKEN }), { toolName: 'http', logger })
    const model = wrapModelCall((_prompt: string) => TOKEN, { provider: 'p', model: 'm', logger })
    await withAgent({ agentName: 'a', goal: `use ${TOKEN}`, logger }, async run => {
      tool(new Map([['authorization', 'opensesame']]))
      model(`the key is ${TOKEN}`)
      run.addArtifact(TOKEN)
      throw new Error(TOKEN)
    }).catch(() => {})
    const text = JSON.stringify(logger.events)
    expect(logger.events).to.have.length(4)
    expect(text).to.not.include(TOKEN).and.not.include('opensesame')
  })

  it('masks the resource and the options that it tells of in AuditStarted', async () => {
    const folder = newFolder()
    setEnvironment({ OTEL_RESOURCE_ATTRIBUTES: `deploy.token=${TOKEN},team=core` })
    const origin = 'example.com/agent'
    await folder.open({ origin, resource: { note: TOKEN } }).flush()
    const [context] = folder.contexts('AuditStarted')
    expect(JSON.stringify(context)).to.not.include(TOKEN)
    expect(JSON.parse(context?.['resource'] ?? '')).to.include({ team: 'core' })
    expect(context).to.include({ log_origin: origin })
    expect(context?.['seal_key']).to.match(/^example\.com\/agent\+/)
  })

  it('tells of a wrong call without quoting it', () => {
    const audit = createMemoryAuditLogger()
    const input: Parameters<typeof audit.logToolCall>[0] = JSON.parse(
      JSON.stringify({ toolName: 't', durationMs: TOKEN }),
    )
    expect(thrownBy(() => audit.logToolCall(input)).message).to.not.include(TOKEN)
  })

  it('reports and prints no secret that somebody else’s error quotes', async () => {
    const folder = newFolder()
    const { errors: printed } = captureDiag()
    const errors: unknown[] = []
    const audit = folder.closeLater(
      createAuditLogger({ loggerProvider: new FailingSecrets(), onError: error => errors.push(error) }),
    )
    const { stored } = audit.logToolCall({ toolName: 'shell' })
    const refused: unknown = await stored.catch((error: unknown) => error)
    expect(inspect(refused)).to.match(MARK).and.not.include(TOKEN)
    const call = wrapTool(() => 1, {
      toolName: 't',
      logger: audit,
      actorId: () => {
        throw new Error(TOKEN)
      },
    })
    call()
    expect(errors).to.have.length.above(0)
    expect(errors.map(String).join()).to.match(MARK).and.not.include(TOKEN)
    expect(printed.join()).to.match(MARK).and.not.include(TOKEN)
  })

  it('whose own function fails stores nothing of the text, and says so once', () => {
    const { errors: printed } = captureDiag()
    const audit = createMemoryAuditLogger({
      redaction: {
        mask: () => {
          throw new Error(TOKEN)
        },
      },
    })
    audit.logToolCall({ toolName: 'shell', parameters: { a: 'what was said' } })
    audit.logToolCall({ toolName: 'shell', parameters: { a: 'what was said' } })
    expect(JSON.stringify(audit.events)).to.not.include('what was said')
    expect(printed.filter(message => message.includes('redaction.mask'))).to.have.length(1)
    expect(printed.join()).to.not.include(TOKEN)
  })

  it('tells `onError` once that the function fails', async () => {
    const errors: unknown[] = []
    const mask = (): string => {
      throw new Error(TOKEN)
    }
    const audit = newFolder().open({ redaction: { mask }, onError: error => void errors.push(error) })
    audit.logToolCall({ toolName: 'shell', parameters: { a: 'what was said' } })
    audit.logToolCall({ toolName: 'shell', parameters: { a: 'what was said' } })
    await audit.shutdown()
    expect(errors).to.have.length(1)
    expect(errors[0]).to.include({ code: 'KANSA_INVALID_OPTION' })
    expect(String(errors[0])).to.include('redaction.mask').and.not.include(TOKEN)
  })

  it('tells the function where each text stands', () => {
    const places: string[] = []
    const mask = (text: string, path: string): string => {
      places.push(path)
      return text
    }
    const audit = createMemoryAuditLogger({ redaction: { mask } })
    audit.logToolCall({ toolName: 'crm', parameters: { customer: { iban: 'x' } }, userId: 'u' })
    expect(places).to.include.members(['data.tool_name', 'data.parameters.customer.iban', 'user_id'])
  })
})

describe('redaction: { report: true }', () => {
  const found = (events: readonly AuditEvent[]): AuditEvent[] =>
    events.filter(({ event_type: { type, data } }) => type === 'Security' && data.category === 'SecretDetected')

  it('adds a finding after each event with masks: which event, how many, of which kind, where', () => {
    const audit = createMemoryAuditLogger({ redaction: { report: true } })
    audit.logToolCall({
      toolName: 'shell',
      parameters: { a: TOKEN, password: 'x1' },
      error: TOKEN,
      runId: 'r',
      userId: 'u',
    })
    audit.logToolCall({ toolName: 'shell' })
    const [event, report, clean, ...more] = audit.events
    expect(more).to.deep.equal([])
    expect(clean?.event_type.type).to.equal('ToolCall')
    expect(report).to.include({ actor_id: 'shell', run_id: 'r', user_id: 'u' })
    expect(report?.event_type.data).to.deep.include({
      severity: 'Warning',
      category: 'SecretDetected',
      source: 'kansa',
      action: 'Blocked',
      context: {
        event_id: event?.id,
        kinds: 'github-token, password',
        counts: JSON.stringify(event?.redacted),
        fields: 'data.parameters, data.error',
      },
    })
  })

  it('is not asked for by default, and never about a finding itself', () => {
    const silent = createMemoryAuditLogger()
    silent.logToolCall({ toolName: 'shell', parameters: { a: TOKEN } })
    expect(found(silent.events)).to.deep.equal([])
    const audit = createMemoryAuditLogger({ redaction: { report: true } })
    audit.logToolCall({ toolName: TOKEN, error: TOKEN })
    expect(found(audit.events)).to.have.length(1)
  })
})
