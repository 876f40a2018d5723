import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { KansaError } from '../../../src/index.ts'
import { newsOf } from '../../../src/pipeline/journal-news.ts'
import { eventually } from '../../journal/support/test-logs.ts'
import { useAuditFolders, useEnvironment } from './support/audit-folders.ts'

describe('the room that a log has', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  it('is told in the log and to onError when it runs out, by how far it has come', async () => {
    const folder = newFolder()
    const errors: KansaError[] = []
    // No disk has that much: the first look finds the last stage.
    const onError = (error: KansaError): void => void errors.push(error)
    const audit = folder.open({ minFreeBytes: Number.MAX_SAFE_INTEGER, minFreePercent: 0, onError })
    audit.logToolCall({ toolName: 'shell' })
    await eventually(() => errors.length > 0, 'the warning')
    await audit.shutdown()
    expect(errors.map(({ code }) => code)).to.deep.equal(['KANSA_DISK_LOW'])
    expect(errors[0]?.message).to.contain(`disk of ${folder.dir} is almost full`).and.contain('maxBackups')
    const [context, ...others] = folder.contexts('AuditFailure')
    expect(others).to.deep.equal([])
    expect(context).to.include({ what: 'disk-low', stage: 'critical', short_of: 'space', dir: folder.dir })
    expect(Number(context?.['free_bytes'])).to.be.greaterThan(0)
    expect(Number(context?.['free_percent'])).to.be.within(0, 100)
  })

  it('is a warning at first, critical then, and information when it is over', () => {
    const space = { dir: '/audit', freeBytes: 7, freePercent: 1.2345, freeInodes: 3, freeInodesPercent: 0.04 }
    const severities = (['low', 'critical'] as const).map(stage => {
      const { event, error } = newsOf({ kind: 'disk-low', stage, shortOf: 'inodes', ...space })
      expect(error?.message).to.contain('3 inodes (0 %) free')
      return event?.event_type.type === 'Security' && event.event_type.data.severity
    })
    expect(severities).to.deep.equal(['Warning', 'Critical'])
    const { event, error } = newsOf({ kind: 'disk-recovered', ...space })
    expect(error).to.equal(undefined)
    expect(event?.event_type.data).to.deep.include({
      severity: 'Info',
      category: 'AuditFailure',
      message: 'The disk of /audit has room again: 7 bytes (1.2 %) free.',
      context: {
        what: 'disk-recovered',
        dir: '/audit',
        free_bytes: '7',
        free_percent: '1.2',
        free_inodes: '3',
        free_inodes_percent: '0',
      },
    })
  })

  it('is given to more files than maxBackups while minRetentionDays keeps them, which is a warning', async () => {
    const folder = newFolder()
    const errors: KansaError[] = []
    setEnvironment({ KANSA_MIN_RETENTION_DAYS: '0.5' })
    const audit = folder.open({ maxFileBytes: 2048, maxBackups: 1, onError: error => void errors.push(error) })
    for (let i = 0; i < 20; i++) {
      audit.logToolCall({ toolName: 'shell' })
      await audit.flush()
    }
    const backups = readdirSync(folder.dir).filter(name => name.startsWith('audit.jsonl.'))
    expect(backups).to.have.length.above(3)
    expect(folder.contexts('RetentionDeleted')).to.deep.equal([])
    const [context] = folder.contexts('AuditFailure')
    expect(context).to.include({ what: 'retention-held', dir: folder.dir, max_backups: '1', count: '1' })
    expect(Number(context?.['bytes'])).to.be.within(1000, 2048)
    expect(new Set(errors.map(({ code }) => code))).to.deep.equal(new Set(['KANSA_DISK_LOW']))
    expect(errors[0]?.message).to.contain('minRetentionDays').and.contain('maxBackups')
  })

  it('is kept with onRetentionConflict: block; the log says afterwards that it held records back, and why', async () => {
    const folder = newFolder()
    const errors: KansaError[] = []
    const audit = folder.open({
      maxFileBytes: 4096,
      maxBackups: 0,
      minRetentionDays: 1,
      onRetentionConflict: 'block',
      onError: error => void errors.push(error),
    })
    for (let i = 0; i < 20; i++) audit.logToolCall({ toolName: 'shell', callId: `${i}` })
    await audit.flush().catch(() => {})
    expect(errors.map(({ code }) => code)).to.deep.equal(['KANSA_DIR_UNUSABLE'])
    expect(errors[0]?.message).to.contain('minRetentionDays keeps').and.contain('records wait in memory')
    expect(readdirSync(folder.dir)).to.not.include('audit.jsonl.1')
    // `mtime` is younger than any record's time that is not set: both lie back now.
    const old = new Date(Date.now() - 2 * 86_400_000)
    const now = Date.now
    try {
      Date.now = () => now() + 2 * 86_400_000
      utimesSync(join(folder.dir, 'audit.jsonl'), old, old)
      await eventually(() => folder.of('ToolCall').length === 20, 'what waited is written')
    } finally {
      Date.now = now
    }
    await audit.shutdown()
    const failures = folder.contexts('AuditFailure')
    expect(failures[0]?.['reason']).to.contain('minRetentionDays keeps')
    expect(failures[0]).to.include({ refused_count: '0' })
  })

  it('names, in RetentionDeleted, the root of the tree up to what is gone', async () => {
    const folder = newFolder()
    const audit = folder.open({ maxFileBytes: 4096, maxBackups: 1 })
    for (let i = 0; i < 30; i++) {
      audit.logToolCall({ toolName: 'shell' })
      await audit.flush()
    }
    const contexts = folder.contexts('RetentionDeleted')
    expect(contexts).to.have.length.above(0)
    for (const { root } of contexts) expect(Buffer.from(root ?? '', 'base64')).to.have.length(32)
  })
})
