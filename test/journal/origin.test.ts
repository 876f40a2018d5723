import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import { appendAll, head, useTestLogs } from './support/test-logs.ts'

function started(origin: string): string {
  return head('start', { event_type: { type: 'Security', data: { context: { log_origin: origin } } } })
}

describe('format and origin of a log', () => {
  const newLog = useTestLogs()

  it('are kept in seal/format', async () => {
    const log = newLog()
    await log.open({ origin: 'example.com/agent' }).close()
    expect(log.text('seal/format')).to.equal('{"format":1,"origin":"example.com/agent"}\n')
    expect(log.open().origin).to.equal('example.com/agent')
  })

  it('are generated where nobody gives an origin, without spaces and plus signs, another for each folder', () => {
    const origins = [newLog(), newLog()].map(log => log.open().origin)
    for (const origin of origins) expect(origin).to.match(/^kansa\.log\/[0-9a-f-]{36}$/)
    expect(origins[0]).to.not.equal(origins[1])
  })

  it('cannot be changed by an option', async () => {
    const log = newLog()
    await log.open({ origin: 'example.com/a' }).close()
    expect(() => log.open({ origin: 'example.com/b' }))
      .to.throw(KansaError, /example\.com\/a.*example\.com\/b/)
      .with.property('code', 'KANSA_DIR_UNUSABLE')
    expect(log.open({ origin: 'example.com/a' }).origin).to.equal('example.com/a')
  })

  it('come from the newest checkpoint when seal/format is lost', async () => {
    const log = newLog()
    const journal = log.open({ origin: 'example.com/a' })
    appendAll(journal, 'a')
    await journal.close()
    rmSync(log.path('seal/format'))
    expect(() => log.open({ origin: 'example.com/other' })).to.throw(KansaError, 'example.com/a')
    const again = log.open()
    expect(again.origin).to.equal('example.com/a')
    expect(again.opening.nextSeq).to.equal(1)
    expect(log.text('seal/format')).to.include('example.com/a')
  })

  for (const active of ['present', 'missing']) {
    it(`come from the first line of the log when the seal is lost, with the active file ${active}`, async () => {
      const log = newLog()
      const journal = log.open({ origin: 'example.com/a', firstLines: () => [started('example.com/a')] })
      journal.append(started('example.com/a'))
      appendAll(journal, 'b')
      await journal.close()
      rmSync(log.path('seal'), { recursive: true })
      if (active === 'missing') renameSync(log.path('audit.jsonl'), log.path('audit.jsonl.1'))
      expect(() => log.open({ origin: 'example.com/other' })).to.throw(KansaError, 'example.com/a')
      const again = log.open()
      // Its records cannot be sealed once more under the same name: the log is another one now.
      expect(again.opening.repairs).to.have.length(1)
      expect(again.opening.repairs[0]).to.include({ kind: 'log-set-aside', oldOrigin: 'example.com/a' })
      expect(again.origin).to.match(/^kansa\.log\//)
    })
  }

  it('refuse a folder of a newer Kansa, and leave it untouched and unlocked', () => {
    const log = newLog()
    mkdirSync(log.path('seal'), { recursive: true })
    writeFileSync(log.path('seal/format'), '{"format":2,"something":"new"}\n')
    writeFileSync(log.path('audit.jsonl'), '{"torn')
    expect(() => log.open())
      .to.throw(KansaError, 'format version 2')
      .with.property('code', 'KANSA_FORMAT_NEWER')
    expect(log.text('audit.jsonl')).to.equal('{"torn')
    expect(log.names()).to.not.include('lock')
  })

  for (const text of ['', '{}', '{"format":1}', '{"format":"1","origin":"x"}', '[]', 'x']) {
    it(`are refused when seal/format is damaged: ${JSON.stringify(text)}`, () => {
      const log = newLog()
      mkdirSync(log.path('seal'), { recursive: true })
      writeFileSync(log.path('seal/format'), text)
      expect(() => log.open())
        .to.throw(KansaError, 'damaged')
        .with.property('code', 'KANSA_DIR_UNUSABLE')
    })
  }
})
