import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { createAuditLogger, JsonlLogRecordExporter } from '../../src/index.ts'
import { generateSigningKey } from '../../src/seal/key-text.ts'
import { newestIn } from '../journal/support/stored-seal.ts'
import { thrownBy, useAuditFolders, useEnvironment } from '../pipeline/logger/support/audit-folders.ts'
import type { AuditFolder } from '../pipeline/logger/support/audit-folders.ts'

type Options = NonNullable<Parameters<typeof createAuditLogger>[0]>

describe('the signing key as an option', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()
  const { text, signer } = generateSigningKey('example.com/key')
  const { vkey } = signer.verifier
  // PRIVATE+KEY+name+id+base64, which may have plus signs too.
  const secret = text.split('+').slice(4).join('+').slice(8, 40)

  function keyFile(folder: AuditFolder, content = `${text}\n`): string {
    const path = folder.path('signing.key')
    writeFileSync(path, content)
    return path
  }

  async function sealedBy(folder: AuditFolder, options: Options = {}): Promise<string | undefined> {
    const audit = folder.open(options)
    audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
    return newestIn(folder.dir).signedBy.join()
  }

  it('is one in the audit folder by default', async () => {
    const folder = newFolder()
    expect(await sealedBy(folder, { origin: 'example.com/agent' })).to.equal('example.com/agent')
    expect(readdirSync(join(folder.dir, 'keys'))).to.include('signing.key')
  })

  it('comes from code: as text, as a file, as a signer', async () => {
    const ways: ((folder: AuditFolder) => Options)[] = [
      () => ({ signingKey: text }),
      folder => ({ signingKeyFile: keyFile(folder) }),
      () => ({ signer }),
      () => ({ signer: [signer] }),
    ]
    for (const way of ways) {
      const folder = newFolder()
      expect(await sealedBy(folder, way(folder))).to.equal('example.com/key')
      expect(folder.contexts('AuditStarted')[0]).to.include({ seal_key: vkey })
    }
  })

  it('comes from the environment: KANSA_SIGNING_KEY, KANSA_SIGNING_KEY_FILE', async () => {
    const folder = newFolder()
    setEnvironment({ KANSA_SIGNING_KEY: text })
    expect(await sealedBy(folder)).to.equal('example.com/key')
    const other = newFolder()
    setEnvironment({ KANSA_SIGNING_KEY: undefined, KANSA_SIGNING_KEY_FILE: keyFile(other) })
    expect(await sealedBy(other)).to.equal('example.com/key')
  })

  it('is taken by the exported exporter as well', () => {
    const folder = newFolder()
    folder.closeLater(new JsonlLogRecordExporter({ dir: folder.dir, signingKey: text }))
    expect(newestIn(folder.dir).signedBy).to.deep.equal(['example.com/key'])
  })

  it('given twice is refused by name', () => {
    const folder = newFolder()
    const file = keyFile(folder)
    for (const options of [
      { signingKey: text, signingKeyFile: file },
      { signer, signingKey: text },
      { signer, signingKeyFile: file },
    ]) {
      const error = thrownBy(() => createAuditLogger({ dir: folder.dir, ...options }))
      expect(error.code).to.equal('KANSA_INVALID_OPTION')
      for (const name of Object.keys(options)) expect(error.message).to.include(`\`${name}\``)
    }
    expect(readdirSync(folder.parent)).to.deep.equal(['signing.key'])
  })

  it('that is no key, or another one than before, is refused with KANSA_INVALID_KEY', async () => {
    const folder = newFolder()
    const wrong: Options[] = [
      { signingKey: `${text}x` },
      { signingKeyFile: folder.path('nowhere') },
      { signingKeyFile: keyFile(folder, '# no key\n') },
    ]
    for (const options of wrong) {
      expect(thrownBy(() => createAuditLogger({ dir: folder.dir, ...options })).code).to.equal('KANSA_INVALID_KEY')
    }
    await sealedBy(folder)
    expect(thrownBy(() => createAuditLogger({ dir: folder.dir, signer })).code).to.equal('KANSA_INVALID_KEY')
  })

  it('is nowhere in the folder and in no error', async () => {
    const folder = newFolder()
    await sealedBy(folder, { signingKey: text })
    for (const entry of readdirSync(folder.dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      expect(readFileSync(join(entry.parentPath, entry.name), 'utf8'), entry.name).to.not.include(secret)
    }
    const broken = [text.slice(0, -5), `${text}=`, text.replace('PRIVATE', 'PUBLIC'), `${text}\n${text}`]
    const errors = broken.map(signingKey => thrownBy(() => createAuditLogger({ dir: folder.dir, signingKey })))
    for (const error of errors) expect(inspect(error, { depth: 9, showHidden: true })).to.not.include(secret)
  })

  it('for two keys in a file is the last one; the first one signs once more', async () => {
    const folder = newFolder()
    await sealedBy(folder, { signingKey: text })
    const young = generateSigningKey('example.com/young').text
    expect(await sealedBy(folder, { signingKeyFile: keyFile(folder, `${text}\n${young}\n`) })).to.include('young')
    expect(await sealedBy(folder, { signingKey: young })).to.equal('example.com/young')
  })
})
