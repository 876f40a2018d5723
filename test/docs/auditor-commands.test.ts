import { join } from 'node:path'
import { expect } from 'chai'
import { blocksOf, ROOT } from './support/pages.ts'
import { UserFolder } from './support/user-folder.ts'

const PAGE = 'docs/for-auditors.md'
const KANSA = `kansa() { '${process.execPath}' '${join(ROOT, 'dist/cli/main.js')}' "$@"; }`
/** Whoever is audited, and what the auditor got from them besides the folder. */
const AGENT = `
import { copyFileSync } from 'node:fs'
import { initAuditLogger } from 'kansa'

const audit = initAuditLogger({ dir: './audit' })
for (let count = 0; count < 6; count++) audit.logToolCall({ toolName: 'shell', parameters: { count } })
await audit.flush()
copyFileSync('audit/seal/kansa.vkey', 'agents.vkey')
copyFileSync('audit/seal/checkpoint', 'kept.checkpoint')
await audit.shutdown()
`

describe(`what auditors are told to type in ${PAGE}`, () => {
  // The second verifier has tests of its own, for where there is Go.
  const blocks = blocksOf(PAGE, 'sh').filter(block => !block.includes('go run'))
  let folder: UserFolder

  before(() => {
    folder = new UserFolder()
    folder.run(AGENT)
  })
  after(() => folder.remove())

  const run = (commands: string): string => folder.execute('bash', ['-euc', `set -o pipefail; ${KANSA}\n${commands}`])

  /** Other programs of this name know no Ed25519 here. */
  const hasOpenssl = (): boolean => run('openssl version || true').search(/^OpenSSL [3-9]/) === 0

  it('is four of the five checks', () => expect(blocks).to.have.lengthOf(4))

  for (const block of blocks) {
    it(`works: ${block.split('\n')[0]}`, function () {
      if (block.includes('openssl') && !hasOpenssl()) this.skip()
      run(block)
    })
  }

  it('finds that a record was changed', () => {
    run(`sed 's/"count\\\\":3/"count\\\\":4/' audit/audit.jsonl > changed && cp changed audit/audit.jsonl`)
    const [, verifying = ''] = blocks
    expect(() => run(verifying)).to.throw('Command failed')
    expect(run('kansa verify --dir audit --key-file agents.vkey || true')).to.include('edited-line')
  })

  it('finds that a signature is that of another text', function () {
    if (!hasOpenssl()) this.skip()
    const checking = blocks.at(-1)?.replace('> text\n', '> text; echo >> text\n') ?? ''
    expect(checking).to.include('echo >> text')
    expect(() => run(checking)).to.throw('Command failed')
  })
})
