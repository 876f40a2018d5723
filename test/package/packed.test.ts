import { execFileSync } from 'node:child_process'
import type { ExecFileSyncOptionsWithStringEncoding } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '../..')
const MAX_PACKED_BYTES = 250_000

interface Packed {
  filename: string
  size: number
  files: { path: string }[]
}

const CONSUMER = `
import { initAuditLogger, wrapTool, type AuditEvent, type AuditReceipt } from 'kansa'
import { createMemoryAuditLogger } from 'kansa/testing'
const audit = initAuditLogger({ dir: './audit' })
const receipt: AuditReceipt = audit.logToolCall({ toolName: 'shell', parameters: { cmd: 'ls' } })
const add = wrapTool((a: number, b: number) => a + b, { toolName: 'add' })
const sum: number = add(1, 2)
const last: AuditEvent | undefined = createMemoryAuditLogger().events.at(-1)
// @ts-expect-error a tool needs a name
audit.logToolCall({})
export { last, receipt, sum }
`

describe('the package as users get it', () => {
  let folder = ''
  let packed: Packed
  const environment = {
    ...process.env,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_loglevel: 'error',
  }

  function run(command: string, ...args: string[]): string {
    const options: ExecFileSyncOptionsWithStringEncoding = { cwd: folder, env: environment, encoding: 'utf8' }
    return execFileSync(command, args, options)
  }

  before(function () {
    this.timeout(120_000)
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'kansa-packed-'))
    const output = run('npm', 'pack', ROOT, '--json', '--ignore-scripts', '--pack-destination', folder)
    packed = JSON.parse(output)[0]
    writeFileSync(join(folder, 'package.json'), '{"name":"consumer","private":true,"type":"module"}')
    run('npm', 'install', '--prefer-offline', join(folder, packed.filename), '@opentelemetry/api')
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('holds what it should and nothing else', () => {
    const paths = packed.files.map(file => file.path)
    const known = /^(dist\/.*\.(js|d\.ts)|package\.json|README\.md|LICENSE|CHANGELOG\.md|otel-collector\.yaml)$/
    expect(paths.filter(path => !known.test(path))).to.deep.equal([])
    expect(paths).to.include.members([
      'dist/index.js',
      'dist/index.d.ts',
      'dist/testing.js',
      'dist/cli/main.js',
      'LICENSE',
    ])
    console.log(`      ${paths.length} files, ${packed.size} bytes packed`)
    expect(packed.size).to.be.below(MAX_PACKED_BYTES)
  })

  it('works by import', () => {
    writeFileSync(
      join(folder, 'by-import.js'),
      `import { initAuditLogger } from 'kansa'
       const audit = initAuditLogger({ dir: './by-import' })
       audit.logToolCall({ toolName: 'shell' })
       await audit.shutdown()`,
    )
    run(process.execPath, 'by-import.js')
    expect(readFileSync(join(folder, 'by-import/audit.jsonl'), 'utf8')).to.include('"tool_name":"shell"')
  })

  it('works by require', () => {
    writeFileSync(
      join(folder, 'by-require.cjs'),
      `const { initAuditLogger } = require('kansa')
       const { createMemoryAuditLogger } = require('kansa/testing')
       const audit = initAuditLogger({ dir: './by-require' })
       audit.logToolCall({ toolName: 'shell' })
       createMemoryAuditLogger().logToolCall({ toolName: 'x' })`,
    )
    run(process.execPath, 'by-require.cjs')
    expect(readFileSync(join(folder, 'by-require/audit.jsonl'), 'utf8')).to.include('"tool_name":"shell"')
  })

  it('has types that a strict program compiles against', () => {
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER)
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2024']
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')]
    expect(run(tsc, ...flags, ...types, 'consumer.ts')).to.equal('')
  })

  it('has a command that says its version, runs its demo and shows the journal', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(run('npx', '--no-install', 'kansa', '--version').trim()).to.equal(version)
    expect(run('npx', '--no-install', 'kansa', 'demo')).to.include('audit/audit.jsonl')
    const lines = run('npx', '--no-install', 'kansa', 'tail', '-n', '3').trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line).seq)).to.have.length(3)
  })

  it('is found in order by publint', () => {
    run(join(ROOT, 'node_modules/.bin/publint'), 'run', ROOT, '--strict', '--pack', 'false')
  })

  it('resolves for every module system that it supports', () => {
    const attw = join(ROOT, 'node_modules/.bin/attw')
    expect(run(attw, join(folder, packed.filename), '--profile', 'esm-only', '--no-emoji')).to.include(
      'No problems found',
    )
  })
})
