import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import type { AuditLogger } from '../../../src/index.ts'
import { eventsIn, thrownBy, useAuditFolders, useEnvironment } from '../logger/support/audit-folders.ts'
import { MARK, TOKEN } from './support/secrets.ts'

const KEY = randomBytes(32).toString('base64')

/** The mark that a logger leaves of the token. */
function markBy(audit: AuditLogger, events: () => readonly unknown[]): string {
  audit.logToolCall({ toolName: 'shell', error: TOKEN })
  return MARK.exec(JSON.stringify(events().at(-1)))?.[0] ?? ''
}

function memoryMark(key?: string): string {
  const memory = createMemoryAuditLogger({ redaction: key === undefined ? true : { key } })
  return markBy(memory, () => memory.events)
}

describe('the key of the marks', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  async function markIn(dir: string, audit: AuditLogger): Promise<string> {
    audit.logToolCall({ toolName: 'shell', error: TOKEN })
    await audit.flush()
    const events = eventsIn(join(dir, 'audit.jsonl')).filter(event => event.event_type.type === 'ToolCall')
    return MARK.exec(JSON.stringify(events.at(-1)))?.[0] ?? ''
  }

  it('is made on the first start, for this user only, as base64 text of 32 bytes', async () => {
    const folder = newFolder()
    await folder.open().shutdown()
    const path = join(folder.dir, 'keys', 'redaction.key')
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    expect(statSync(join(folder.dir, 'keys')).mode & 0o777).to.equal(0o700)
    const text = readFileSync(path, 'utf8')
    expect(text).to.match(/^[A-Za-z0-9+/]{43}=\n$/)
    expect(memoryMark(text)).to.equal(await markIn(folder.dir, folder.open()))
  })

  it('stays: equal secrets have equal marks, after a restart too, and other ones elsewhere', async () => {
    const [folder, other] = [newFolder(), newFolder()]
    const first = folder.open()
    const mark = await markIn(folder.dir, first)
    await first.shutdown()
    expect(await markIn(folder.dir, folder.open()))
      .to.equal(mark)
      .and.not.equal('')
    expect(await markIn(other.dir, other.open())).to.not.equal(mark)
  })

  it('is shared by further writers of the folder', async () => {
    const folder = newFolder()
    const mark = await markIn(folder.dir, folder.open())
    const second = folder.open({ onLocked: 'own-folder' })
    second.logToolCall({ toolName: 'shell', error: TOKEN })
    await second.flush()
    const own = join(folder.dir, 'writers', readdirSync(join(folder.dir, 'writers')).join())
    expect(readFileSync(join(own, 'audit.jsonl'), 'utf8')).to.include(mark)
    expect(existsSync(join(own, 'keys', 'redaction.key'))).to.equal(false)
  })

  it('comes from code or the environment, as text or as a file; the folder then has none', async () => {
    const mark = memoryMark(KEY)
    const ways = [newFolder(), newFolder(), newFolder(), newFolder()] as const
    const keyFile = ways[0].path('marks.key')
    writeFileSync(keyFile, `${KEY}\n`)
    expect(await markIn(ways[0].dir, ways[0].open({ redaction: { key: KEY } }))).to.equal(mark)
    expect(await markIn(ways[1].dir, ways[1].open({ redaction: { keyFile } }))).to.equal(mark)
    setEnvironment({ KANSA_REDACTION_KEY: KEY })
    expect(await markIn(ways[2].dir, ways[2].open())).to.equal(mark)
    setEnvironment({ KANSA_REDACTION_KEY: undefined, KANSA_REDACTION_KEY_FILE: keyFile })
    expect(await markIn(ways[3].dir, ways[3].open({ redaction: { report: true } }))).to.equal(mark)
    for (const { dir } of ways) expect(existsSync(join(dir, 'keys', 'redaction.key'))).to.equal(false)
  })

  it('in code goes before the one in the environment', async () => {
    setEnvironment({ KANSA_REDACTION_KEY_FILE: '/nowhere/marks.key' })
    const folder = newFolder()
    expect(await markIn(folder.dir, folder.open({ redaction: { key: KEY } }))).to.equal(memoryMark(KEY))
  })

  it('never stands in the log', async () => {
    const folder = newFolder()
    setEnvironment({ KANSA_REDACTION_KEY: KEY })
    await folder.open({ redaction: { report: true } }).shutdown()
    expect(readFileSync(join(folder.dir, 'audit.jsonl'), 'utf8')).to.not.include(KEY.slice(0, 20))
  })

  it('is refused when its file is damaged, and the folder is free again', async () => {
    const folder = newFolder()
    await folder.open().shutdown()
    const path = join(folder.dir, 'keys', 'redaction.key')
    writeFileSync(path, 'torn')
    const error = thrownBy(() => folder.open())
    expect(error.code).to.equal('KANSA_INVALID_KEY')
    expect(error.message).to.include(path).and.not.include('torn')
    rmSync(path)
    await folder.open().shutdown()
    expect(folder.life().at(-1)).to.equal('AuditStopped')
  })

  it('is refused when a given file is not there, before anything is made', () => {
    const folder = newFolder()
    const error = thrownBy(() => folder.open({ redaction: { keyFile: folder.path('none') } }))
    expect(error.code).to.equal('KANSA_INVALID_KEY')
    expect(error.message).to.include('openssl rand -base64 32')
    expect(existsSync(folder.dir)).to.equal(false)
  })

  it('is one of its own for each logger without a folder', () => {
    expect(memoryMark()).to.match(MARK).and.not.equal(memoryMark())
  })

  it('is written again when the folder is removed while the log runs', async () => {
    const folder = newFolder()
    const audit = folder.open()
    const mark = await markIn(folder.dir, audit)
    const before = readFileSync(join(folder.dir, 'keys', 'redaction.key'), 'utf8')
    rmSync(folder.dir, { recursive: true })
    await markIn(folder.dir, audit).catch(() => '')
    await audit.flush().catch(() => {})
    await audit.shutdown()
    expect(readFileSync(join(folder.dir, 'keys', 'redaction.key'), 'utf8')).to.equal(before)
    expect(await markIn(folder.dir, folder.open())).to.equal(mark)
  })
})
