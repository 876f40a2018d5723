import { expect } from 'chai'
import { OtlpReceiver } from '../../support/otlp-receiver.ts'
import { useAuditFolders } from '../logger/support/audit-folders.ts'
import type { AuditFolder } from '../logger/support/audit-folders.ts'
import { run } from './support.ts'
import type { Ended } from './support.ts'

describe('when the process ends', () => {
  const newFolder = useAuditFolders()

  async function end(folder: AuditFolder, way: string, ...more: string[]): Promise<Ended> {
    return run('agent', [folder.dir, way, ...more])
  }

  function tools(folder: AuditFolder): string[] {
    return folder.of('ToolCall').map(event => event.event_type.data.tool_name)
  }

  for (const [way, code] of [
    ['end', 0],
    ['exit', 0],
    ['exit-3', 3],
    ['exit-code-5', 5],
  ] as const) {
    it(`everything is on disk, nothing is printed, and the code is unchanged (${way})`, async () => {
      const folder = newFolder()
      expect(await end(folder, way)).to.deep.equal({ code, signal: null, stdout: '', stderr: '' })
      expect(tools(folder)).to.deep.equal(['first'])
      expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
      expect(folder.contexts('AuditStopped')[0]).to.include({ reason: `exit code ${code}` })
    })
  }

  it('a shutdown that was not waited for has stored everything', async () => {
    const folder = newFolder()
    expect((await end(folder, 'shutdown-then-exit')).code).to.equal(0)
    expect(tools(folder)).to.deep.equal(['first'])
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
  })

  it('after a shutdown nothing more is written', async () => {
    const folder = newFolder()
    expect(await end(folder, 'shutdown')).to.deep.equal({ code: 0, signal: null, stdout: '', stderr: '' })
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
    expect(folder.contexts('AuditStopped')[0]).to.include({ reason: 'shutdown' })
  })

  for (const way of ['exit-listener-before', 'exit-listener-after']) {
    it(`what the application logs in its own exit listener is stored (${way})`, async () => {
      const folder = newFolder()
      expect((await end(folder, way)).code).to.equal(0)
      expect(tools(folder)).to.deep.equal(['first', 'at-exit'])
      expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
    })
  }

  it('by an uncaught exception, Node says so as always and exits with 1', async () => {
    const folder = newFolder()
    const { code, signal, stdout, stderr } = await end(folder, 'throw')
    expect([code, signal, stdout]).to.deep.equal([1, null, ''])
    expect(stderr)
      .to.contain('Error: the agent broke')
      .and.contain('agent.ts')
      .and.contain(`Node.js ${process.version}`)
    expect(tools(folder)).to.deep.equal(['first', 'before-throw'])
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
    expect(folder.contexts('AuditStopped')[0]).to.include({ reason: 'exit code 1' })
  })

  it('by an unhandled rejection, the same', async () => {
    const folder = newFolder()
    const { code, stderr } = await end(folder, 'reject')
    expect(code).to.equal(1)
    expect(stderr).to.contain('Error: the agent broke')
    expect(tools(folder)).to.deep.equal(['first'])
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
  })

  it('an exception that the application handles is its own affair', async () => {
    const folder = newFolder()
    expect(await end(folder, 'caught')).to.deep.equal({ code: 0, signal: null, stdout: '', stderr: '' })
    expect(tools(folder)).to.deep.equal(['first', 'in-listener'])
  })

  it('by kill -9, everything is there whose turn had ended; the next start says that the end was unclean', async () => {
    const folder = newFolder()
    expect((await end(folder, 'kill-after-turn')).signal).to.equal('SIGKILL')
    expect(tools(folder)).to.deep.equal(['first'])
    expect(folder.life()).to.deep.equal(['AuditStarted'])
    await folder.open().shutdown()
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStarted', 'AuditRecovered', 'AuditStopped'])
    expect(folder.contexts('AuditStarted')[1]).to.include({ previous_end: 'unclean' })
    const recovered = { kind: 'adopted-unsealed', first_seq: '0', last_seq: '1' }
    expect(folder.contexts('AuditRecovered')).to.deep.equal([recovered])
  })

  it('by kill -9 after a burst, all of it is there', async () => {
    const folder = newFolder()
    expect((await end(folder, 'burst-then-kill')).signal).to.equal('SIGKILL')
    expect(tools(folder)).to.have.length(20_001)
  })

  it('a destination that does not answer keeps no process alive', async () => {
    const receiver = await new OtlpReceiver().start()
    receiver.answer = 'hang'
    try {
      const folder = newFolder()
      expect(await end(folder, 'otlp', receiver.url)).to.deep.equal({ code: 0, signal: null, stdout: '', stderr: '' })
      expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
    } finally {
      await receiver.stop()
    }
  })
})
