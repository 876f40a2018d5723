import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { diag, DiagLogLevel } from '@opentelemetry/api'
import { expect } from 'chai'
import type { AuditLogger, KansaError } from '../../../src/index.ts'
import { useCapturedDiag } from './support/captured-diag.ts'
import { useAuditFolders } from './support/audit-folders.ts'
import type { AuditFolder } from './support/audit-folders.ts'

/** Something that is always reported: somebody shortens the file. */
async function provoke(folder: AuditFolder, audit: AuditLogger): Promise<void> {
  audit.logToolCall({ toolName: 'before' })
  await audit.flush()
  truncateSync(join(folder.dir, 'audit.jsonl'), 0)
  audit.logToolCall({ toolName: 'after' })
  await audit.flush()
}

describe('a failure', () => {
  const newFolder = useAuditFolders()
  const captureDiag = useCapturedDiag()

  it('is told to onError and to diag, and not thrown', async () => {
    const folder = newFolder()
    const errors: KansaError[] = []
    const captured = captureDiag()
    await provoke(folder, folder.open({ onError: error => errors.push(error) }))
    expect(errors.map(error => error.code)).to.deep.equal(['KANSA_DIR_UNUSABLE'])
    expect(errors[0]?.message).to.contain(folder.dir)
    expect(captured.errors.join('\n')).to.contain(folder.dir)
  })

  it('harms nothing when onError throws, rejects, or logs itself', async () => {
    const bad = [
      (): void => {
        throw new Error('bad listener')
      },
      (async () => {
        throw new Error('bad listener')
      }) as () => void,
    ]
    for (const onError of bad) {
      const folder = newFolder()
      const audit = folder.open({ onError })
      await provoke(folder, audit)
      await audit.shutdown()
      expect(folder.life().slice(-2)).to.deep.equal(['AuditFailure', 'AuditStopped'])
      audit.logToolCall({ toolName: 'late' })
    }
    const folder = newFolder()
    const audit = folder.open({ onError: error => void audit.logToolCall({ toolName: 'onError', error }) })
    await provoke(folder, audit)
    await audit.shutdown()
    audit.logToolCall({ toolName: 'late' })
    expect(folder.logged().map(event => event.actor_id)).to.deep.equal(['after', 'onError'])
  })

  it('harms nothing when the diagnostics logger throws', async () => {
    const fail = (): void => {
      throw new Error('bad diagnostics')
    }
    const bad = { error: fail, warn: fail, info: fail, debug: fail, verbose: fail }
    const folder = newFolder()
    const audit = folder.open()
    diag.setLogger(bad, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
    try {
      await provoke(folder, audit)
      await audit.shutdown()
      audit.logToolCall({ toolName: 'late' })
    } finally {
      diag.disable()
    }
    expect(folder.life().slice(-2)).to.deep.equal(['AuditFailure', 'AuditStopped'])
  })

  it('a thousand times over is told once', async () => {
    const errors: KansaError[] = []
    const audit = newFolder().open({ onError: error => errors.push(error) })
    await audit.shutdown()
    for (let i = 0; i < 1000; i++) audit.logToolCall({ toolName: 'late' })
    expect(errors.map(error => error.code)).to.deep.equal(['KANSA_CLOSED'])
  })
})
