import { cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { useAuditFolders } from '../logger/support/audit-folders.ts'
import type { AuditFolder } from '../logger/support/audit-folders.ts'
import { run } from './support.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

function tools(folder: AuditFolder): string[] {
  return folder.of('ToolCall').map(event => event.event_type.data.tool_name)
}

describe('a signal', () => {
  const newFolder = useAuditFolders()

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`ends the process as without Kansa, with everything on disk (${signal})`, async () => {
      const folder = newFolder()
      const ended = await run('agent', [folder.dir, 'alive'], { signals: [signal] })
      expect(ended).to.deep.equal({ code: null, signal, stdout: 'ready\n', stderr: '' })
      expect(tools(folder)).to.deep.equal(['first'])
      expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
      expect(folder.contexts('AuditStopped')[0]).to.include({ reason: signal })
    })
  }

  for (const way of ['own-listener', 'once-before']) {
    it(`that the application listens to is the application's to decide (${way})`, async () => {
      const folder = newFolder()
      const ended = await run('agent', [folder.dir, way], { signals: ['SIGTERM'] })
      expect(ended).to.deep.equal({ code: 0, signal: null, stdout: 'ready\n', stderr: '' })
      expect(tools(folder)).to.deep.equal(['first', 'in-listener', 'after-listener'])
      expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
      expect(folder.contexts('AuditStopped')[0]).to.include({ reason: 'exit code 0' })
    })
  }

  it('that the application listens to, and lives on, leaves the records on disk and the next signal to it', async () => {
    const folder = newFolder()
    const ended = await run('agent', [folder.dir, 'own-listener-stays'], { signals: ['SIGTERM', 'SIGINT'] })
    expect([ended.code, ended.signal]).to.deep.equal([null, 'SIGINT'])
    expect(tools(folder)).to.include('first')
    expect(folder.life().at(-1)).to.equal('AuditStopped')
  })

  it('that nobody of the application listens to ends it with two copies of the package too', async () => {
    const folder = newFolder()
    const copy = folder.path('copy')
    cpSync(join(ROOT, 'src'), join(copy, 'src'), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    writeFileSync(join(copy, 'package.json'), '{"type":"module"}')
    const entry = pathToFileURL(join(copy, 'src/index.ts')).href
    const [killed, ended] = await Promise.all([
      run('two-copies', [folder.path('killed'), entry, 'alive'], { signals: ['SIGTERM'] }),
      run('two-copies', [folder.path('ended'), entry, 'end']),
    ])
    expect(killed).to.deep.equal({ code: null, signal: 'SIGTERM', stdout: 'ready\n', stderr: '' })
    expect(ended).to.deep.equal({ code: 0, signal: null, stdout: '', stderr: '' })
    for (const name of ['killed/first', 'killed/second', 'ended/first', 'ended/second']) {
      expect(folder.life(folder.path(name)), name).to.deep.equal(['AuditStarted', 'AuditStopped'])
    }
  })
})

describe('process listeners', () => {
  const newFolder = useAuditFolders()
  const EVENTS = [
    'exit',
    'SIGTERM',
    'SIGINT',
    'SIGHUP',
    'uncaughtException',
    'unhandledRejection',
    'newListener',
  ] as const

  function counts(): number[] {
    return EVENTS.map(event => process.listenerCount(event))
  }

  it('are there while a logger is, one set for all, and none for exceptions', async () => {
    const before = counts()
    const folder = newFolder()
    const first = folder.open()
    const withOne = counts()
    expect(withOne.map((count, i) => count - (before[i] ?? 0))).to.deep.equal([1, 1, 1, 1, 0, 0, 1])
    const second = newFolder().open()
    expect(counts()).to.deep.equal(withOne)
    await first.shutdown()
    expect(counts()).to.deep.equal(withOne)
    await second.shutdown()
    expect(counts()).to.deep.equal(before)
  })

  it('warn of nothing with twenty loggers, which all end well', async () => {
    const folder = newFolder()
    expect(await run('many-loggers', [folder.dir])).to.deep.equal({ code: 0, signal: null, stdout: '', stderr: '' })
    for (let i = 0; i < 20; i++) {
      expect(folder.life(join(folder.dir, String(i)))).to.deep.equal(['AuditStarted', 'AuditStopped'])
    }
  })
})
