import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { useAuditFolders } from '../logger/support/audit-folders.ts'

describe('the exported parts in NodeSDK', () => {
  const newFolder = useAuditFolders()

  it('record, with the span, the detected resource and receipts, and pass ordinary log records over', async () => {
    const folder = newFolder()
    const program = fileURLToPath(new URL('programs/node-sdk.ts', import.meta.url))
    const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, folder.dir], {
      env,
      timeout: 15_000,
    })
    expect(stderr).to.equal('')
    const printed = JSON.parse(stdout)
    expect(printed.seq).to.equal(1)
    const [call, ...more] = folder.logged()
    expect(more).to.deep.equal([])
    expect([call?.seq, call?.span_id, call?.trace_flags]).to.deep.equal([1, printed.spanId, 1])
    // Between them the resource may have been completed: what is detected late depends on the machine.
    expect(folder.life().filter(category => category !== 'AuditConfigChanged')).to.deep.equal([
      'AuditStarted',
      'AuditStopped',
    ])
    const resource = JSON.parse(folder.contexts('AuditStarted')[0]?.['resource'] ?? '')
    expect(resource).to.include({ 'service.name': 'my-agent', 'process.runtime.name': 'nodejs' })
    expect(folder.contexts('AuditStopped')[0]).to.include({ passed_over: '1' })
  })
})
