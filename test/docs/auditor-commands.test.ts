import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { otlpFile } from '../reconcile/support/exports.ts'
import { sentRecords } from '../reconcile/support/sent-records.ts'
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

/** What the collector's file exporter makes of the records of the log: one on each line. */
function exportedBy(path: string): string {
  const lines = readFileSync(join(path, 'audit/audit.jsonl'), 'utf8').trimEnd().split('\n')
  const { origin }: { origin: string } = JSON.parse(readFileSync(join(path, 'audit/seal/format'), 'utf8'))
  return otlpFile(
    sentRecords(
      lines.map(line => Buffer.from(line)),
      origin,
    ),
    1,
  )
}

describe(`what auditors are told to type in ${PAGE}`, () => {
  // The second verifier has tests of its own, for where there is Go.
  const blocks = blocksOf(PAGE, 'sh').filter(block => !block.includes('go run'))
  let folder: UserFolder

  before(() => {
    folder = new UserFolder()
    folder.run(AGENT)
    folder.write('exported.jsonl', exportedBy(folder.path))
  })
  after(() => folder.remove())

  const run = (commands: string): string => folder.execute('bash', ['-euc', `set -o pipefail; ${KANSA}\n${commands}`])

  /** Other programs of this name know no Ed25519 here. */
  const hasOpenssl = (): boolean => run('openssl version || true').search(/^OpenSSL [3-9]/) === 0

  it('is four of the five checks, and the comparison with an export', () => expect(blocks).to.have.lengthOf(5))

  for (const block of blocks) {
    it(`works: ${block.split('\n')[0]}`, function () {
      if (block.includes('openssl') && !hasOpenssl()) this.skip()
      run(block)
    })
  }

  it('finds that exported records were removed and altered', () => {
    run(`sed -i -e '4d' -e '5s/"boolValue":true/"boolValue":false/' exported.jsonl`)
    const comparing = blocks.find(block => block.includes('--against')) ?? ''
    expect(() => run(comparing)).to.throw('Command failed')
    const text = run(`${comparing.trimEnd()} || true`)
    expect(text).to.match(/^intact [^]*missing +1 record\n[^]*altered +1 record\n/)
    expect(text).to.match(/"true" was sealed, "false" is there/)
  })

  it('finds that a record was changed', () => {
    run(`sed 's/"count\\\\":3/"count\\\\":4/' audit/audit.jsonl > changed && cp changed audit/audit.jsonl`)
    const [, verifying = ''] = blocks
    expect(() => run(verifying)).to.throw('Command failed')
    expect(run('kansa verify --dir audit --key-file agents.vkey || true')).to.include('edited-line')
  })

  it('finds that a signature is that of another text', function () {
    if (!hasOpenssl()) this.skip()
    const checking =
      blocks.find(block => block.includes('openssl'))?.replace('> text\n', '> text; echo >> text\n') ?? ''
    expect(checking).to.include('echo >> text')
    expect(() => run(checking)).to.throw('Command failed')
  })
})
