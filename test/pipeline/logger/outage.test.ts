import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { KansaError } from '../../../src/index.ts'
import { useCapturedDiag } from './support/captured-diag.ts'
import { AuditFolder, eventually, rejection } from './support/audit-folders.ts'

const DISK_BYTES = 256 * 1024
const QUEUE_BYTES = 64 * 1024
/** About 4.5 KB per line. */
const OUTPUT = 'x'.repeat(4000)

class SmallDisk extends AuditFolder {
  private readonly ballast: string

  constructor() {
    super()
    mkdirSync(this.dir)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=0700`, 'tmpfs', this.dir])
    this.ballast = join(this.dir, 'ballast')
  }

  fill(): void {
    try {
      writeFileSync(this.ballast, Buffer.alloc(DISK_BYTES))
    } catch {
      // Full now, which is what it is for.
    }
  }

  free(): void {
    rmSync(this.ballast, { force: true })
  }

  override async remove(): Promise<void> {
    this.free()
    try {
      await super.remove()
    } catch {
      // A mount point cannot be removed; its parent goes below.
    }
    execFileSync('umount', ['-l', this.dir])
    rmSync(this.parent, { recursive: true, force: true })
  }
}

describe('a full disk', () => {
  const captureDiag = useCapturedDiag()
  let disk: SmallDisk

  before(async function () {
    try {
      await new SmallDisk().remove()
    } catch (error) {
      console.log(`skipped: a small file system cannot be mounted here (${String(error).split('\n')[0]})`)
      this.skip()
    }
  })
  beforeEach(() => {
    disk = new SmallDisk()
  })
  afterEach(() => disk.remove())

  it('is not felt, loses nothing within the bound, and is recorded when it is over', async () => {
    const errors: KansaError[] = []
    const diag = captureDiag()
    const audit = disk.open({ maxQueueBytes: 10 * 1024 * 1024, onError: error => errors.push(error) })
    await audit.flush()
    disk.fill()
    const receipts = Array.from({ length: 20 }, (_, i) =>
      audit.logToolCall({ toolName: 't', callId: String(i), parameters: OUTPUT }),
    )
    const error = await rejection(audit.flush())
    expect([error.code, error.message.includes('ENOSPC')]).to.deep.equal(['KANSA_NOT_DURABLE', true])
    expect(errors.map(({ code }) => code)).to.deep.equal(['KANSA_DIR_UNUSABLE'])
    expect(diag.errors.join('\n')).to.contain('ENOSPC')
    disk.free()
    expect(await Promise.all(receipts.map(receipt => receipt.stored))).to.have.length(20)
    await audit.shutdown()
    expect(disk.of('ToolCall').map(event => event.event_type.data.call_id)).to.deep.equal(
      Array.from({ length: 20 }, (_, i) => String(i)),
    )
    const [context] = disk.contexts('AuditFailure')
    expect(context).to.include({ refused_count: '0' })
    expect(context?.['reason']).to.contain('ENOSPC')
    expect(disk.life()).to.deep.equal(['AuditStarted', 'AuditFailure', 'AuditStopped'])
  })

  it('refuses, counts and reports what is beyond the bound, and records the count', async () => {
    const errors: KansaError[] = []
    const audit = disk.open({ maxQueueBytes: QUEUE_BYTES, onError: error => errors.push(error) })
    await audit.flush()
    disk.fill()
    audit.logToolCall({ toolName: 't', parameters: OUTPUT })
    await rejection(audit.flush())
    const receipts = Array.from({ length: 50 }, () => audit.logToolCall({ toolName: 't', parameters: OUTPUT }))
    const outcomes = Promise.allSettled(receipts.map(receipt => receipt.stored))
    await eventually(() => errors.some(({ code }) => code === 'KANSA_QUEUE_FULL'), 'report of the refusals')
    expect(errors.filter(({ code }) => code === 'KANSA_QUEUE_FULL')).to.have.length(1)
    disk.free()
    const refused = (await outcomes).filter(outcome => outcome.status === 'rejected')
    expect(refused.length).to.be.within(20, 49)
    expect(new Set(refused.map(outcome => outcome.reason.code))).to.deep.equal(new Set(['KANSA_QUEUE_FULL']))
    await audit.shutdown()
    expect(disk.of('ToolCall')).to.have.length(51 - refused.length)
    expect(disk.contexts('AuditFailure')[0]).to.include({ refused_count: String(refused.length) })
    expect(disk.events().map(event => event.seq)).to.deep.equal(disk.events().map((_, i) => i))
  })

  it('that has room again just at shutdown is recorded before AuditStopped', async () => {
    const audit = disk.open({ maxQueueBytes: QUEUE_BYTES })
    await audit.flush()
    disk.fill()
    const receipts = Array.from({ length: 50 }, () => audit.logToolCall({ toolName: 't', parameters: OUTPUT }))
    await rejection(audit.flush())
    receipts.push(...Array.from({ length: 50 }, () => audit.logToolCall({ toolName: 't', parameters: OUTPUT })))
    disk.free()
    await audit.shutdown()
    const outcomes = await Promise.allSettled(receipts.map(receipt => receipt.stored))
    const refused = outcomes.filter(outcome => outcome.status === 'rejected').length
    expect(refused).to.be.above(20)
    expect(disk.life()).to.deep.equal(['AuditStarted', 'AuditFailure', 'AuditStopped'])
    expect(disk.contexts('AuditFailure')[0]).to.include({ refused_count: String(refused) })
  })

  it('that stays full does not keep shutdown from ending, and the loss is reported', async () => {
    const errors: KansaError[] = []
    const audit = disk.open({ onError: error => errors.push(error) })
    await audit.flush()
    disk.fill()
    const receipt = audit.logToolCall({ toolName: 't', parameters: OUTPUT })
    await audit.shutdown()
    expect((await rejection(receipt.stored)).code).to.equal('KANSA_CLOSED')
    expect(errors.at(-1)?.code).to.equal('KANSA_NOT_DURABLE')
    expect(errors.at(-1)?.message).to.contain('lost')
  })
})
