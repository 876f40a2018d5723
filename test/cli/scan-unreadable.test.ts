import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { lineText, useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { kansa } from './support/kansa.ts'

describe('kansa scan, where something may not be read', () => {
  let root: string
  // Before the folders are removed.
  afterEach(() => chmodSync(join(root, 'audit/forward'), 0o700))
  const newFolder = useFolders()
  // Root may read everything, so the command runs as nobody.
  const user = process.getuid?.() === 0 ? { uid: 65_534 } : {}
  beforeEach(() => {
    root = newFolder()
    chmodSync(root, 0o755)
    mkdirSync(join(root, 'audit/forward'), { recursive: true })
    writeFiles(root, { 'audit/audit.jsonl': `${lineText(0)}\n` })
    chmodSync(join(root, 'audit'), 0o755)
    chmodSync(join(root, 'audit/audit.jsonl'), 0o644)
    chmodSync(join(root, 'audit/forward'), 0)
  })

  it('exits with 3 for the folder of dead letters, and searches the rest', async () => {
    const { code, stderr } = await kansa(['scan'], { cwd: root, ...user })
    expect(stderr)
      .to.match(/^kansa: cannot read audit\/forward: EACCES/)
      .and.to.include('searched 1 file, 1 line')
    expect(code).to.equal(3)
  })

  it('exits with 3 for a file that was named', async () => {
    const { code, stderr } = await kansa(['scan', 'audit/forward/a.txt'], { cwd: root, ...user })
    expect(stderr).to.match(/^kansa: cannot read audit\/forward\/a\.txt: EACCES/)
    expect(code).to.equal(3)
  })
})
