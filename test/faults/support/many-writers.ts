/** Several processes that write into one audit folder, rotating all the time, while somebody reads and verifies it. */
import { basename, dirname } from 'node:path'
import { expect } from 'chai'
import { followJournal } from '../../../src/journal/follow-journal.ts'
import { listLogFiles, listLogFolders } from '../../../src/journal/layout.ts'
import { writerStateOf } from '../../../src/journal/writer-state.ts'
import { verifyFolder } from '../../../src/verify/verify-folder.ts'
import { expectGapless, recordsOf, type StoredRecord, type TestLog } from '../../journal/support/test-logs.ts'
import { expectEachOnce, type useAgents } from './agent-process.ts'
import { expectVerdict } from './verified-log.ts'

export async function writeManyAtOnce(
  log: TestLog,
  newAgent: ReturnType<typeof useAgents>,
  { writers, turns }: { writers: number; turns: number },
): Promise<void> {
  const options = { dir: log.dir, onLocked: 'own-folder', maxFileBytes: 4096, maxBackups: 10_000 } as const
  const agents = Array.from({ length: writers }, () => newAgent({ ...options, flushIntervalMillis: 5 }))
  const answers = await Promise.all(agents.map(agent => agent.tell('open')))
  expect(answers).to.deep.equal(agents.map(() => 'ok'))
  const reader = new TailReader(log.dir)
  await Promise.all([...agents.map(agent => agent.tell('run')), ...agents.map(agent => agent.until('turn'))])
  let verified = 0
  do {
    verified += await expectNoTampering(log.dir)
  } while (agents.some(agent => agent.said('turn').length < turns))
  expect(verified).to.be.at.least(writers)
  await Promise.all(agents.map(agent => agent.stop()))
  const folders = listLogFolders(log.dir)
  expect(folders).to.have.length(writers)
  const logs = folders.map(folder => recordsOf(listLogFiles(folder)))
  for (const records of logs) expectGapless(records)
  expectEachOnce(
    logs.flat(),
    agents.flatMap(agent => agent.ids('turn')),
  )
  expect(new Set(logs.flat().map(record => record.file)).size, 'files').to.be.above(2 * writers)
  for (const agent of agents) expectOrder(logs.flat(), agent.ids('turn'))
  for (const folder of folders) await expectVerdict(folder, 'intact')
  await reader.expectAll(folders)
}

/** What is live is stated, and no fault. */
async function expectNoTampering(dir: string): Promise<number> {
  const reports = await verifyFolder({ dir, given: [], kept: [], writerStateOf })
  for (const { dir: folder, status, problems } of reports) {
    expect(problems, folder).to.deep.equal([])
    expect(status, folder).to.equal('intact')
  }
  return reports.length
}

function expectOrder(records: readonly StoredRecord[], ids: readonly string[]): void {
  const logged = new Set(ids)
  expect(records.map(({ id }) => id).filter(id => logged.has(id))).to.deep.equal(ids)
}

/** Follows all logs from their beginning on, as `kansa tail` does. */
class TailReader {
  private readonly stopping = new AbortController()
  private readonly seqs = new Map<string, number[]>()
  private readonly notices: string[] = []
  private readonly ended: Promise<void>

  constructor(dir: string) {
    this.ended = this.read(dir)
  }

  /** Every line was read once, in order. */
  async expectAll(folders: readonly string[]): Promise<void> {
    const expected = Object.fromEntries(
      folders.map(folder => [basename(folder), recordsOf(listLogFiles(folder)).map(({ seq }) => seq)]),
    )
    const deadline = performance.now() + 10_000
    while (this.count < Object.values(expected).flat().length && performance.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    this.stopping.abort()
    await this.ended
    expect(Object.fromEntries(this.seqs)).to.deep.equal(expected)
    expect(this.notices).to.deep.equal([])
  }

  private get count(): number {
    return [...this.seqs.values()].reduce((sum, { length }) => sum + length, 0)
  }

  private async read(dir: string): Promise<void> {
    const onNotice = (text: string): void => void this.notices.push(text)
    const options = { signal: this.stopping.signal, positions: new Map(), onNotice }
    for await (const lists of followJournal(dir, options)) {
      for (const { path, bytes } of lists.flat()) {
        const { seq }: { seq: number } = JSON.parse(bytes?.toString() ?? '')
        const name = basename(dirname(path))
        this.seqs.set(name, [...(this.seqs.get(name) ?? []), seq])
      }
    }
  }
}
