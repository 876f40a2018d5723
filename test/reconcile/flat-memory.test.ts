import { rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { openLogs } from '../../src/journal/open-logs.ts'
import { reconcile } from '../../src/reconcile/reconcile.ts'
import { NO_ROOT } from './support/reconciled.ts'
import { sealedFolder, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'

const COUNT = 100_000
/** The ids alone take more than 6 MB, whatever they are kept in. */
const MAX_GROWTH_BYTES = 3 * 1024 * 1024

describe('the memory that a comparison takes', () => {
  let folder: SealedFolder
  before(() => (folder = sealedFolder({ records: toolCalls(COUNT) })))
  after(() => rmSync(folder.dir, { recursive: true }))

  it('does not grow with the number of exported records', async () => {
    const heaps: number[] = []
    const [log] = openLogs(folder.dir)
    if (log === undefined) throw new Error('there is no log')
    const tell = async (): Promise<void> => void heaps.push(await usedBytes())
    const exports = [{ name: 'exported', blocks: exported(folder, [10_000, COUNT - 100], tell) }]
    const [found] = await reconcile({
      logs: [{ log, origin: folder.origin, treeSize: COUNT, rootAt: NO_ROOT }],
      exports,
    })
    log.close()
    expect(found).to.include({ found: COUNT - 1, missing: 1, altered: 0 })
    expect(heaps).to.have.lengthOf(2)
    const [early = 0, late = 0] = heaps
    expect(late - early).to.be.below(MAX_GROWTH_BYTES)
  })
})

/** One record on each line, all but the first, which is made when it is asked for; tells when some of them were read. */
async function* exported(
  { origin }: SealedFolder,
  at: readonly number[],
  tell: () => Promise<void>,
): AsyncGenerator<Buffer> {
  for (let from = 1; from < COUNT; from += 100) {
    if (at.some(seq => seq > from && seq <= from + 100)) await tell()
    const lines = Array.from({ length: Math.min(100, COUNT - from) }, (_, n) => lineOf(from + n, origin))
    yield Buffer.from(lines.join(''))
  }
}

function lineOf(seq: number, origin: string): string {
  const attributes = [
    { key: 'log.record.uid', value: { stringValue: `0199c0de-0000-7000-8000-${String(seq).padStart(12, '0')}` } },
    { key: 'agent_audit.log.index', value: { intValue: String(seq) } },
    { key: 'agent_audit.log.origin', value: { stringValue: origin } },
    { key: 'gen_ai.tool.call.id', value: { stringValue: `call-${seq}` } },
  ]
  return `${JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] })}\n`
}

/** What is still held. Memory of buffers is given back in the background, some time after nobody holds them. */
async function usedBytes(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  const used: number[] = []
  for (let round = 0; round < 4; round++) {
    if (typeof collect === 'function') collect()
    await setTimeout(10)
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    used.push(heapUsed + arrayBuffers)
  }
  return Math.min(...used)
}
