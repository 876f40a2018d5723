import { appendFileSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { present, useAuditFolders } from './support/audit-folders.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

describe('the log’s own life', () => {
  const newFolder = useAuditFolders()

  it('begins with AuditStarted, which says where records come from', async () => {
    const folder = newFolder()
    const audit = folder.open({ resource: { 'service.name': 'my-agent' }, origin: 'example.com/audit' })
    audit.logToolCall({ toolName: 'shell' })
    await audit.flush()
    const [started] = folder.events()
    expect([started?.seq, started?.actor_id]).to.deep.equal([0, 'kansa'])
    expect(started?.event_type.type).to.equal('Security')
    expect(started?.event_type.data).to.include({ severity: 'Info', category: 'AuditStarted', source: 'kansa' })
    const [context] = folder.contexts('AuditStarted')
    expect(context).to.include({
      log_origin: 'example.com/audit',
      capture: 'preview',
      instrumented: '',
      previous_end: 'none',
      pid: String(process.pid),
    })
    expect(context?.['kansa_version']).to.match(/^\d+\.\d+\.\d+/)
    expect(context?.['instance_id']).to.match(UUID)
    expect(`${context?.['seal_key']}\n`).to.equal(readFileSync(join(folder.dir, 'seal', 'kansa.vkey'), 'utf8'))
    expect(JSON.parse(context?.['resource'] ?? '')).to.include({
      'service.name': 'my-agent',
      'telemetry.sdk.language': 'nodejs',
    })
  })

  it('is there as soon as the logger is, before anything is logged', async () => {
    const folder = newFolder()
    await folder.open().flush()
    expect(folder.life()).to.deep.equal(['AuditStarted'])
  })

  it('ends with AuditStopped, and the next start knows it, with the same origin and another instance', async () => {
    const folder = newFolder()
    for (let i = 0; i < 2; i++) {
      const audit = folder.open()
      audit.logToolCall({ toolName: 'shell' })
      await audit.shutdown()
    }
    expect(folder.events().map(event => event.seq)).to.deep.equal([0, 1, 2, 3, 4, 5])
    const categories = folder
      .events()
      .map(({ event_type: { type, data } }) => (type === 'Security' ? data.category : type))
    const once = ['AuditStarted', 'ToolCall', 'AuditStopped']
    expect(categories).to.deep.equal([...once, ...once])
    const [first, second] = folder.contexts('AuditStarted')
    expect(second?.['previous_end']).to.equal('clean')
    expect(second?.['log_origin']).to.equal(first?.['log_origin'])
    expect(second?.['instance_id']).to.not.equal(first?.['instance_id'])
    const [stopped] = folder.contexts('AuditStopped')
    expect(stopped).to.deep.equal({ reason: 'shutdown', instance_id: first?.['instance_id'] })
  })

  it('continues in each rotated file with what makes it explain itself', async () => {
    const folder = newFolder()
    const audit = folder.open({ maxFileBytes: 4096, resource: { 'service.name': 'my-agent' } })
    for (let i = 0; i < 40; i++) audit.logToolCall({ toolName: 'shell', callId: String(i) })
    await audit.shutdown()
    const files = readdirSync(folder.dir).filter(name => name.startsWith('audit.jsonl')).length
    expect(files).to.be.above(3)
    const events = folder.events()
    expect(events.map(event => event.seq)).to.deep.equal(events.map((_, i) => i))
    expect(folder.of('ToolCall').map(event => event.event_type.data.call_id)).to.deep.equal(
      Array.from({ length: 40 }, (_, i) => String(i)),
    )
    const contexts = folder.contexts('AuditContinued')
    expect(contexts).to.have.length(files - 1)
    const { previous_end: _, options: __, ...started } = present(folder.contexts('AuditStarted')[0])
    for (const context of contexts) expect(context).to.deep.equal(started)
    expect(folder.life().at(-1)).to.equal('AuditStopped')
  })

  it('says AuditRecovered after a torn line, right behind AuditStarted', async () => {
    const folder = newFolder()
    const audit = folder.open()
    audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
    const path = join(folder.dir, 'audit.jsonl')
    appendFileSync(path, '{"id":"0199')
    const next = folder.open()
    next.logToolCall({ toolName: 'shell' })
    await next.flush()
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped', 'AuditStarted', 'AuditRecovered'])
    expect(folder.contexts('AuditStarted')[1]).to.include({ previous_end: 'unclean' })
    const [repair] = folder.contexts('AuditRecovered')
    expect(repair).to.include({ bytes: '11' })
    expect(Object.values(repair ?? {}).join(' ')).to.contain('.corrupt-')
    expect(folder.logged().map(event => event.seq)).to.deep.equal([1, 5])
  })

  it('says AuditFailure when somebody shortens the file, also when it is found at shutdown', async () => {
    const folder = newFolder()
    const audit = folder.open()
    audit.logToolCall({ toolName: 'shell' })
    await audit.flush()
    truncateSync(join(folder.dir, 'audit.jsonl'), 0)
    await audit.shutdown()
    expect(folder.life().slice(-2)).to.deep.equal(['AuditFailure', 'AuditStopped'])
    expect(folder.contexts('AuditFailure')[0]).to.include({ what: 'file-truncated' })
  })

  it('says ClockChanged when the wall clock jumps, by how much, in which direction', async () => {
    const folder = newFolder()
    const { now } = Date
    try {
      const audit = folder.open()
      audit.logToolCall({ toolName: 'shell' })
      await audit.flush()
      expect(folder.life()).to.deep.equal(['AuditStarted'])
      Date.now = () => now() - 7_200_000
      audit.logToolCall({ toolName: 'shell' })
      await audit.flush()
      Date.now = now
      await audit.shutdown()
    } finally {
      Date.now = now
    }
    expect(folder.life()).to.deep.equal(['AuditStarted', 'ClockChanged', 'ClockChanged', 'AuditStopped'])
    const deltas = folder.contexts('ClockChanged').map(context => Number(context['delta_ms']))
    expect(deltas[0]).to.be.within(-7_201_000, -7_199_000)
    expect(deltas[1]).to.be.within(7_199_000, 7_201_000)
    expect(folder.events().map(event => event.seq)).to.deep.equal([0, 1, 2, 3, 4, 5])
  })

  it('says RetentionDeleted before the oldest backup goes', async () => {
    const folder = newFolder()
    const audit = folder.open({ maxFileBytes: 4096, maxBackups: 1 })
    for (let i = 0; i < 30; i++) {
      audit.logToolCall({ toolName: 'shell' })
      if (i % 5 === 0) await audit.flush()
    }
    await audit.shutdown()
    const names = readdirSync(folder.dir).filter(name => name.startsWith('audit.jsonl'))
    expect(names.toSorted()).to.deep.equal(['audit.jsonl', 'audit.jsonl.1'])
    const [context] = folder.contexts('RetentionDeleted').slice(-1)
    const oldest = folder.events()[0]
    expect(Number(context?.['last_seq'])).to.be.at.least(Number(context?.['first_seq']))
    expect(Number(context?.['last_seq'])).to.be.below(oldest?.seq ?? 0)
  })

  it('is complete in each folder of several writers', async () => {
    const folder = newFolder()
    const audits = [folder.open(), folder.open({ onLocked: 'own-folder' })]
    for (const audit of audits) audit.logToolCall({ toolName: 'shell' })
    for (const audit of audits) await audit.shutdown()
    const [own] = readdirSync(join(folder.dir, 'writers'))
    const both = [folder.dir, join(folder.dir, 'writers', own ?? '')]
    for (const dir of both) {
      expect(folder.life(dir)).to.deep.equal(['AuditStarted', 'AuditStopped'])
      expect(folder.events(dir).map(event => event.seq)).to.deep.equal([0, 1, 2])
    }
  })
})
