import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { VERSION } from '../../src/pipeline/version.ts'

const ROOT = join(import.meta.dirname, '../..')

function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

describe('the manifest', () => {
  const manifest = JSON.parse(text('package.json'))

  it('has the version that the code says', () => {
    expect(VERSION).to.equal(manifest.version)
  })

  it('has a changelog with a place for its version', () => {
    expect(text('CHANGELOG.md')).to.match(new RegExp(`^## (Unreleased|${manifest.version})`, 'm'))
  })

  it('has no dependency without a reason, and the reasons no dependency that is gone', () => {
    const { dependencies, devDependencies, peerDependencies } = manifest
    const wanted = new Set(Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }))
    const rows = text('docs/dependencies.md')
      .split('\n')
      .filter(line => line.startsWith('| `'))
    const named = rows.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(match => match[1]))
    expect(new Set(named)).to.deep.equal(wanted)
  })

  it('pins every version in the lock file', () => {
    const { packages } = JSON.parse(text('package-lock.json'))
    expect(packages[''].dependencies).to.deep.equal(manifest.dependencies)
    expect(packages[''].devDependencies).to.deep.equal(manifest.devDependencies)
  })

  it('leaves it to npm where packages come from', () => {
    const { packages } = JSON.parse(text('package-lock.json'))
    const tied = Object.entries<object>(packages).filter(([, entry]) => 'resolved' in entry)
    expect(tied.map(([name]) => name)).to.deep.equal([])
  })
})
