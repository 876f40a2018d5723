import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { expect } from 'chai'
import { listAttachments, onAttachment } from '../../src/instrumentation/attachments.ts'
import type { Attachment } from '../../src/instrumentation/attachments.ts'
import { AuditInstrumentation } from '../../src/instrumentation/audit-instrumentation.ts'
import type { Sdk } from '../../src/instrumentation/sdk.ts'
import { createMemoryAuditLogger } from '../../src/pipeline/memory-audit-logger.ts'
import type { MemoryAuditLogger } from '../../src/pipeline/memory-audit-logger.ts'

/** What a test's package exports. */
interface Exported {
  readonly Client: new () => { ask(): string }
}

describe('attaching', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kansa-attaching-'))
  const require = createRequire(join(folder, 'app.js'))
  let logger: MemoryAuditLogger
  const noted: Attachment[] = []
  onAttachment(attachment => noted.push(attachment))
  before(() => (logger = createMemoryAuditLogger({ global: true })))
  after(async () => {
    await logger.shutdown()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => (noted.length = 0))

  /** A package of that name and version, which answers `plain`. */
  function install(name: string, version: string): void {
    const path = join(folder, 'node_modules', name)
    mkdirSync(join(path, 'lib'), { recursive: true })
    writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version, main: 'index.js' }))
    writeFileSync(join(path, 'index.js'), "exports.Client = class { ask() { return 'plain' } }")
    writeFileSync(join(path, 'lib/inner.js'), "exports.Client = class { ask() { return 'plain' } }")
  }

  /** Turns the answer into `audited`. */
  function sdkOf(name: string, files?: readonly string[], besides?: readonly string[]): Sdk {
    return {
      name,
      packages: [
        {
          name,
          range: { from: '1.2.0', below: '3.0.0' },
          files,
          besides,
          attach: (exported, patches) =>
            patches.method((exported as Exported).Client.prototype, 'ask', call =>
              String(call.proceed()).replace('plain', 'audited'),
            ),
        },
      ],
    }
  }

  function ask(path: string): string {
    return new (require(path) as Exported).Client().ask()
  }

  it('reaches a package that is required afterwards, and lets it go', () => {
    install('sdk-one', '2.9.9')
    const instrumentation = new AuditInstrumentation(sdkOf('sdk-one'))
    instrumentation.enable()
    expect(ask('sdk-one')).to.equal('audited')
    instrumentation.disable()
    expect(ask('sdk-one')).to.equal('plain')
    instrumentation.enable()
    expect(ask('sdk-one')).to.equal('audited')
    instrumentation.disable()
  })

  it('reaches a file inside of a package', () => {
    install('sdk-two', '1.2.0')
    const instrumentation = new AuditInstrumentation(sdkOf('sdk-two', ['lib/inner.js']))
    instrumentation.enable()
    expect(ask('sdk-two')).to.equal('plain')
    expect(ask('sdk-two/lib/inner.js')).to.equal('audited')
    instrumentation.disable()
  })

  it('reaches a file besides the entry, which is the package to those who are told', () => {
    install('sdk-parts', '1.2.0')
    const instrumentation = new AuditInstrumentation(sdkOf('sdk-parts', undefined, ['lib/inner.js']))
    instrumentation.enable()
    expect(ask('sdk-parts/lib/inner.js')).to.equal('audited')
    expect(ask('sdk-parts')).to.equal('audited')
    expect(noted.map(({ module }) => module)).to.deep.equal(['sdk-parts'])
    instrumentation.disable()
  })

  it("goes through OpenTelemetry's own registration", () => {
    install('sdk-three', '2.0.0-beta.1')
    const stop = registerInstrumentations({ instrumentations: [new AuditInstrumentation(sdkOf('sdk-three'))] })
    expect(ask('sdk-three')).to.equal('audited')
    stop()
    expect(ask('sdk-three')).to.equal('plain')
  })

  for (const version of ['1.1.9', '3.0.0']) {
    it(`leaves version ${version} alone, and says so in the log`, () => {
      const name = `sdk-of-${version}`
      install(name, version)
      const instrumentation = new AuditInstrumentation(sdkOf(name))
      instrumentation.enable()
      expect(ask(name)).to.equal('plain')
      const problem = `this version of Kansa knows ${name} >=1.2.0 <3.0.0`
      expect(noted).to.deep.equal([{ sdk: name, module: name, version, problem }])
      expect(listAttachments()).to.deep.include(noted[0])
      expect(logger.events.at(-1)?.event_type.data).to.include({ category: 'SdkNotAttached', severity: 'Warning' })
      instrumentation.disable()
    })
  }

  it('says why it cannot attach, and leaves everything as it is', () => {
    install('sdk-odd', '2.0.0')
    const sdk = sdkOf('sdk-odd')
    const attach = (): never => {
      throw new TypeError('there is no method ask')
    }
    const instrumentation = new AuditInstrumentation({
      ...sdk,
      packages: sdk.packages.map(each => ({ ...each, attach })),
    })
    instrumentation.enable()
    expect(ask('sdk-odd')).to.equal('plain')
    expect(noted.map(({ problem }) => problem)).to.deep.equal(['there is no method ask'])
    instrumentation.disable()
  })

  it('attaches once to what two instrumentations reach', () => {
    install('sdk-twice', '2.0.0')
    const counted: string[] = []
    const sdk: Sdk = {
      name: 'sdk-twice',
      packages: [
        {
          name: 'sdk-twice',
          range: { from: '1.0.0', below: '3.0.0' },
          attach: (exported, patches) =>
            patches.method((exported as Exported).Client.prototype, 'ask', call => {
              counted.push('asked')
              return call.proceed()
            }),
        },
      ],
    }
    const both = [new AuditInstrumentation(sdk), new AuditInstrumentation(sdk)]
    for (const each of both) each.enable()
    ask('sdk-twice')
    expect(counted).to.have.length(1)
    for (const each of both) each.disable()
  })

  it('attaches to an SDK that needs no module, and takes that back', () => {
    const state = { hooked: false }
    const instrumentation = new AuditInstrumentation({
      name: 'sdk-global',
      packages: [],
      attachGlobally: patches => {
        state.hooked = true
        patches.onUndo(() => (state.hooked = false))
      },
    })
    instrumentation.enable()
    expect(state.hooked).to.equal(true)
    expect(noted).to.deep.equal([{ sdk: 'sdk-global', module: undefined, version: undefined, problem: undefined }])
    instrumentation.disable()
    expect(state.hooked).to.equal(false)
  })
})
