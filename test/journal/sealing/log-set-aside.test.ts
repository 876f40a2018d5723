import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { expect } from 'chai'
import type { Repair } from '../../../src/journal/journal.ts'
import { type OpenLog, openLogs } from '../../../src/journal/open-logs.ts'
import { linesOf } from '../../../src/journal/read-lines.ts'
import { testSigner } from '../../support/sealed-folder.ts'
import { checkpointsIn, expectSealedToTheEnd, newestIn } from '../support/stored-seal.ts'
import {
  appendAll,
  asAfterKill,
  expectGapless,
  MEMORY,
  recordsOf,
  type TestLog,
  useTestLogs,
} from '../support/test-logs.ts'

type LogSetAside = Extract<Repair, { kind: 'log-set-aside' }>

const EDIT = (log: TestLog): void => {
  rmSync(log.path('seal/tile'), { recursive: true })
  writeFileSync(log.path('audit.jsonl'), log.text('audit.jsonl').replace('"c"', '"C"'))
}
const REMOVE = (log: TestLog): void => rmSync(log.path('seal'), { recursive: true })

describe('a log whose signed tree cannot be had any more', () => {
  const newLog = useTestLogs(MEMORY)

  async function sealedLog(): Promise<TestLog> {
    const log = newLog()
    const journal = log.open({ origin: 'example.com/agent', maxFileBytes: 2 * 19 })
    appendAll(journal, 'a', 'b', 'c')
    await journal.close()
    return log
  }

  const ways: { name: string; spoil: (log: TestLog) => void; reason: string }[] = [
    { name: 'tiles are lost and a line was edited', spoil: EDIT, reason: 'neither tiles nor lines' },
    { name: 'seal/ was removed', spoil: REMOVE, reason: 'no checkpoint' },
    {
      name: 'its checkpoints were removed',
      spoil: log => ['checkpoint', 'checkpoints'].forEach(name => rmSync(log.path(`seal/${name}`))),
      reason: 'no checkpoint',
    },
    {
      name: 'its checkpoints were altered',
      spoil: log => {
        for (const name of ['seal/checkpoint', 'seal/checkpoints']) {
          writeFileSync(log.path(name), log.text(name).replaceAll('\n3\n', '\n2\n').replaceAll('\n0\n', '\n1\n'))
        }
      },
      reason: 'none of the keys',
    },
    { name: 'its key was removed', spoil: log => rmSync(log.path('keys/signing.key')), reason: 'none of the keys' },
    {
      name: 'its name was changed',
      spoil: log => writeFileSync(log.path('seal/format'), '{"format":1,"origin":"example.com/other"}\n'),
      reason: 'of the log example.com/agent',
    },
  ]

  for (const { name, spoil, reason } of ways) {
    it(`is set aside when ${name}, and another one begins`, async () => {
      const log = await sealedLog()
      spoil(log)
      const before = { text: log.text('audit.jsonl'), backup: log.text('audit.jsonl.1') }
      const journal = log.open()
      const { dir, ...told } = setAside(journal.opening.repairs)
      expect(told.reason).to.include(reason)
      expect(dirname(dir)).to.equal(log.path('writers'))
      expect(basename(dir)).to.match(/^set-aside-/)
      expect(readFileSync(`${dir}/audit.jsonl`, 'utf8')).to.equal(before.text)
      expect(readFileSync(`${dir}/audit.jsonl.1`, 'utf8')).to.equal(before.backup)
      expect(journal.opening).to.include({ nextSeq: 0, previousEnd: 'none' })
      expect(journal.origin).to.match(/^kansa\.log\//)
      appendAll(journal, 'new')
      await journal.close()
      expect(log.records().map(({ id, seq }) => [id, seq])).to.deep.equal([['new', 0]])
      expectSealedToTheEnd(log.dir)
    })
  }

  it('is named with its newest checkpoint, so that nothing of it can be denied', async () => {
    const log = await sealedLog()
    const newest = newestIn(log.dir)
    EDIT(log)
    const told = setAside(log.open().opening.repairs)
    expect(told).to.include({ oldOrigin: 'example.com/agent', oldCheckpoint: newest.note })
    expect(checkpointsIn(told.dir).at(-1)).to.deep.equal(newest)
  })

  it('stays readable beside the new one', async () => {
    const log = await sealedLog()
    EDIT(log)
    const journal = log.open()
    appendAll(journal, 'new')
    await journal.close()
    const { dir } = setAside(journal.opening.repairs)
    const logs = openLogs(log.dir)
    try {
      const read = await Promise.all(logs.map(async one => [one.path, await idsIn(one)]))
      expect(read).to.deep.equal([
        [log.path('audit.jsonl'), ['new']],
        [`${dir}/audit.jsonl`, ['a', 'b', 'C']],
      ])
    } finally {
      for (const one of logs) one.close()
    }
  })

  it('is not touched by later starts', async () => {
    const log = await sealedLog()
    EDIT(log)
    const first = log.open()
    appendAll(first, 'new')
    await first.close()
    const { dir } = setAside(first.opening.repairs)
    const names = readdirSync(dir).toSorted()
    const second = log.open()
    expect(second.opening).to.deep.include({ nextSeq: 1, repairs: [] })
    expect(second.origin).to.equal(first.origin)
    await second.close()
    expect(readdirSync(dir).toSorted()).to.deep.equal(names)
  })

  it('is set aside also where its key was given: an altered checkpoint is no question of keys', async () => {
    const log = newLog()
    const signers = [testSigner()]
    const journal = log.open({ signers })
    appendAll(journal, 'a')
    await journal.close()
    for (const name of ['seal/checkpoint', 'seal/checkpoints']) {
      writeFileSync(log.path(name), log.text(name).replaceAll('\n1\n', '\n2\n').replaceAll('\n0\n', '\n1\n'))
    }
    expect(setAside(log.open({ signers }).opening.repairs).reason).to.include('none of the keys')
  })

  it('gets a name of its own each time', async () => {
    const log = await sealedLog()
    for (let round = 0; round < 2; round++) {
      REMOVE(log)
      const journal = log.open()
      appendAll(journal, 'new')
      await journal.close()
    }
    expect(readdirSync(log.path('writers'))).to.have.length(2)
  })

  it('leaves its given name extended, as no two logs have the same one; that is kept', async () => {
    const log = await sealedLog()
    EDIT(log)
    const instanceId = crypto.randomUUID()
    const journal = log.open({ origin: 'example.com/agent', instanceId })
    expect(journal.origin).to.equal(`example.com/agent/${instanceId}`)
    appendAll(journal, 'new')
    await journal.close()
    const again = log.open({ origin: 'example.com/agent' })
    expect(again.origin).to.equal(journal.origin)
    expect(again.opening.nextSeq).to.equal(1)
  })

  it('moves in whole after a crash while it was moved', async () => {
    const log = await sealedLog()
    EDIT(log)
    const halfMoved = asAfterKill(log, newLog())
    rmSync(halfMoved.path('seal'), { recursive: true })
    const { dir } = setAside(halfMoved.open().opening.repairs)
    expect(recordsOf([`${dir}/audit.jsonl.1`, `${dir}/audit.jsonl`]).map(({ id }) => id)).to.deep.equal(['a', 'b', 'C'])
    expectGapless(recordsOf([`${dir}/audit.jsonl.1`, `${dir}/audit.jsonl`]))
  })
})

async function idsIn(log: OpenLog): Promise<unknown[]> {
  const ids: unknown[] = []
  for await (const joined of log.read()) {
    for (const { bytes } of linesOf(joined)) ids.push(JSON.parse(String(bytes)).id)
  }
  return ids
}

function setAside(repairs: readonly Repair[]): LogSetAside {
  const [repair, ...others] = repairs
  expect(others).to.deep.equal([])
  if (repair?.kind !== 'log-set-aside') throw new Error(`nothing was set aside: ${JSON.stringify(repairs)}`)
  return repair
}
