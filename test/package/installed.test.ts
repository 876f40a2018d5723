import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { PackedPackage, ROOT } from './support/packed.ts'

const UNREACHABLE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/

const CONSUMER = `
import { initAuditLogger, JsonlLogRecordExporter, wrapTool, type AuditEvent, type AuditReceipt } from 'kansa'
import { createMemoryAuditLogger } from 'kansa/testing'
import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
const audit = initAuditLogger({ dir: './audit' })
const receipt: AuditReceipt = audit.logToolCall({ toolName: 'shell', parameters: { cmd: 'ls' } })
const add = wrapTool((a: number, b: number) => a + b, { toolName: 'add' })
const sum: number = add(1, 2)
const last: AuditEvent | undefined = createMemoryAuditLogger().events.at(-1)
if (last?.event_type.type === 'ToolCall') last.event_type.data.tool_name satisfies string
const exporter: LogRecordExporter = new JsonlLogRecordExporter({ dir: './other' })
// @ts-expect-error a tool needs a name
audit.logToolCall({})
// @ts-expect-error options are known
initAuditLogger({ directory: './audit' })
export { exporter, receipt, sum }
`
const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  },
  files: ['consumer.ts'],
}

describe('the installed package', () => {
  let packed: PackedPackage
  before(function () {
    this.timeout(120_000)
    packed = new PackedPackage()
    write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
    try {
      packed.run('npm', 'install', '--prefer-offline', packed.tarball)
    } catch (error) {
      if (!UNREACHABLE.test(String(error))) throw error
      throw new Error('the package registry cannot be reached, and the package was not tried', { cause: error })
    }
  })
  after(() => packed.remove())

  function write(name: string, text: string): void {
    writeFileSync(join(packed.folder, name), text)
  }
  function read(name: string): string {
    return readFileSync(join(packed.folder, name), 'utf8')
  }

  it('works by import', () => {
    write(
      'by-import.js',
      `import { initAuditLogger } from 'kansa'
       const audit = initAuditLogger({ dir: './by-import' })
       audit.logToolCall({ toolName: 'shell' })
       await audit.shutdown()`,
    )
    packed.run(process.execPath, 'by-import.js')
    expect(read('by-import/audit.jsonl')).to.include('"tool_name":"shell"')
  })

  it('works by require, without a warning', () => {
    write(
      'by-require.cjs',
      `process.on('warning', warning => { throw warning })
       const { initAuditLogger } = require('kansa')
       const { createMemoryAuditLogger } = require('kansa/testing')
       initAuditLogger({ dir: './by-require' }).logToolCall({ toolName: 'shell' })
       createMemoryAuditLogger().logToolCall({ toolName: 'x' })`,
    )
    packed.run(process.execPath, 'by-require.cjs')
    expect(read('by-require/audit.jsonl')).to.include('"tool_name":"shell"')
  })

  it('is one logger for those who import and those who require', () => {
    write(
      'both.js',
      `import { createRequire } from 'node:module'
       import { initAuditLogger } from 'kansa'
       const audit = initAuditLogger({ dir: './both' })
       if (createRequire(import.meta.url)('kansa').getAuditLogger() !== audit) process.exit(1)`,
    )
    packed.run(process.execPath, 'both.js')
  })

  it('keeps its inner files to itself', () => {
    write(
      'inner.js',
      `const { code } = await import('kansa/dist/events/line.js').catch(error => error)
       console.log(code)`,
    )
    expect(packed.run(process.execPath, 'inner.js').trim()).to.equal('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })

  it('has types that a strict program compiles against, those of its dependencies included', () => {
    write('consumer.ts', CONSUMER)
    write('tsconfig.json', JSON.stringify(TSCONFIG))
    expect(packed.run(join(ROOT, 'node_modules/.bin/tsc'), '--project', '.')).to.equal('')
  })

  it('has a command that says its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(packed.run('npx', '--no-install', 'kansa', '--version').trim()).to.equal(version)
  })

  it('runs its demo and shows the journal that this leaves', () => {
    const output = packed.run('npx', '--no-install', 'kansa', 'demo')
    expect(output).to.include('audit/audit.jsonl')
    const journal = read('audit/audit.jsonl').trimEnd().split('\n')
    const kinds = new Set(journal.map(line => JSON.parse(line).event_type.type))
    expect([...kinds]).to.have.members(['AgentExecution', 'ApiCall', 'ToolCall', 'TokenUsage', 'Security'])
    const tail = packed.run('npx', '--no-install', 'kansa', 'tail', '-n', '3')
    expect(tail.trimEnd().split('\n')).to.deep.equal(journal.slice(-3))
  })
})
