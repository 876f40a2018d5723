import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { expectSealedToTheEnd } from '../../journal/support/stored-seal.ts'
import { AuditFolder, present, useAuditFolders } from './support/audit-folders.ts'

describe('what was found when the log was opened', () => {
  const newFolder = useAuditFolders()

  async function logOnce(folder: AuditFolder): Promise<void> {
    const audit = folder.open({ origin: 'example.com/audit' })
    audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
  }

  function messages(folder: AuditFolder): string[] {
    return folder
      .events()
      .flatMap(({ event_type: { type, data } }) =>
        type === 'Security' && data.category === 'AuditRecovered' ? [data.message] : [],
      )
  }

  it('is recorded one by one, behind AuditStarted, and sealed with it', async () => {
    const folder = newFolder()
    await logOnce(folder)
    rmSync(join(folder.dir, 'seal', 'tile'), { recursive: true })
    const unsealed = [3, 4].map(seq => `${JSON.stringify({ ...folder.events()[1], seq })}\n`)
    appendFileSync(join(folder.dir, 'audit.jsonl'), `${unsealed.join('')}{"torn`)
    await logOnce(folder)
    expect(folder.life().slice(2)).to.deep.equal([
      'AuditStarted',
      'AuditRecovered',
      'AuditRecovered',
      'AuditRecovered',
      'AuditStopped',
    ])
    const [rebuilt, torn, adopted] = folder.contexts('AuditRecovered')
    expect(rebuilt).to.deep.equal({ kind: 'tiles-rebuilt' })
    expect(torn).to.include({ kind: 'torn-line', bytes: '6' })
    expect(adopted).to.deep.equal({ kind: 'adopted-unsealed', first_seq: '3', last_seq: '4' })
    expect(messages(folder)[2]).to.include('Records 3 to 4')
    expectSealedToTheEnd(folder.dir)
  })

  it('names sealed records that are gone', async () => {
    const folder = newFolder()
    await logOnce(folder)
    truncateSync(join(folder.dir, 'audit.jsonl'), 0)
    await logOnce(folder)
    expect(folder.contexts('AuditRecovered')).to.deep.equal([
      { kind: 'missing-records', first_seq: '0', last_seq: '2' },
    ])
    expect(messages(folder)).to.deep.equal(['Records 0 to 2 are sealed, but not there.'])
    expect(folder.events()[0]?.seq).to.equal(3)
  })

  it('names a log that was set aside, with its last checkpoint', async () => {
    const folder = newFolder()
    await logOnce(folder)
    const checkpoint = readFileSync(join(folder.dir, 'seal', 'checkpoint'), 'utf8')
    const text = readFileSync(join(folder.dir, 'audit.jsonl'), 'utf8')
    rmSync(join(folder.dir, 'seal', 'tile'), { recursive: true })
    writeFileSync(join(folder.dir, 'audit.jsonl'), text.replace('"shell"', '"other"'))
    await logOnce(folder)
    const context = present(folder.contexts('AuditRecovered')[0])
    expect(context).to.include({
      kind: 'log-set-aside',
      old_origin: 'example.com/audit',
      old_checkpoint: checkpoint,
    })
    expect(folder.life(present(context['dir']))).to.deep.equal(['AuditStarted', 'AuditStopped'])
    expect(folder.contexts('AuditStarted')[0]).to.include({ previous_end: 'none' })
    expect(folder.contexts('AuditStarted')[0]?.['log_origin']).to.match(/^example\.com\/audit\/[0-9a-f-]{36}$/)
  })
})
