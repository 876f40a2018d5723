import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createAuditLogger, KansaError } from '../../../src/index.ts'
import { thrownBy, useAuditFolders } from './support/audit-folders.ts'

describe('opening', () => {
  const newFolder = useAuditFolders()

  function refusal(dir: string): KansaError {
    const error = thrownBy(() => createAuditLogger({ dir }))
    expect(error).to.be.instanceOf(KansaError)
    return error
  }

  it('a folder that another logger writes is refused, naming the holder; it is free again after shutdown', async () => {
    const folder = newFolder()
    const holder = folder.open()
    const error = refusal(folder.dir)
    expect(error.code).to.equal('KANSA_DIR_LOCKED')
    expect(error.message).to.contain(String(process.pid)).and.contain(folder.dir)
    await holder.shutdown()
    await folder.open().flush()
  })

  it('what is no folder, or a link, is refused, and nothing is written through it', () => {
    const folder = newFolder()
    const target = folder.path('target')
    mkdirSync(target)
    writeFileSync(folder.path('file'), 'mine')
    symlinkSync(target, folder.path('link'))
    mkdirSync(folder.dir, { mode: 0o700 })
    symlinkSync(folder.path('file'), join(folder.dir, 'audit.jsonl'))
    for (const dir of [folder.path('file'), folder.path('file/below'), folder.path('link'), folder.dir]) {
      const error = refusal(dir)
      expect(error.code, dir).to.equal('KANSA_DIR_UNUSABLE')
      expect(error.message).to.contain(dir)
    }
    expect(readdirSync(target)).to.deep.equal([])
    expect(readFileSync(folder.path('file'), 'utf8')).to.equal('mine')
    rmSync(join(folder.dir, 'audit.jsonl'))
    folder.open()
  })

  it('a log of a newer version is refused and left as it is', async () => {
    const folder = newFolder()
    await folder.open().shutdown()
    const path = join(folder.dir, 'seal', 'format')
    const format = readFileSync(path, 'utf8')
    writeFileSync(path, format.replace('1', '2'))
    expect(refusal(folder.dir).code).to.equal('KANSA_FORMAT_NEWER')
    expect(readFileSync(path, 'utf8')).to.equal(format.replace('1', '2'))
    writeFileSync(path, format)
    folder.open()
  })

  it('under another origin than the log has is refused', async () => {
    const folder = newFolder()
    await folder.open({ origin: 'example.com/one' }).shutdown()
    expect(thrownBy(() => folder.open({ origin: 'example.com/two' })).message).to.contain('example.com/one')
    await folder.open({ origin: 'example.com/one' }).flush()
  })
})

describe('closing', () => {
  const newFolder = useAuditFolders()

  it('happens once, however often it is asked for, and a flush after it resolves', async () => {
    const folder = newFolder()
    const audit = folder.open()
    audit.logToolCall({ toolName: 'shell' })
    const flushing = audit.flush()
    const closing = audit.shutdown()
    expect(audit.shutdown()).to.equal(closing)
    await Promise.all([flushing, closing, audit.flush()])
    await audit.flush()
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
    expect(folder.logged()).to.have.length(1)
  })

  it('waits for what was logged in the same turn', async () => {
    const folder = newFolder()
    const audit = folder.open()
    for (let i = 0; i < 1000; i++) audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
    expect(folder.logged()).to.have.length(1000)
  })
})
