import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { manPage } from '../../scripts/man-page.ts'
import { PackedPackage, ROOT } from './support/packed.ts'

// About 100 kB each: attaching to agent SDKs, masking, and delivery with its comparison.
const MAX_PACKED_BYTES = 760_000
const BESIDE_DIST = ['CHANGELOG.md', 'LICENSE', 'README.md', 'otel-collector.yaml', 'package.json']

/** What the sources are built into. */
function built(): string[] {
  const sources = globSync('**/*.ts', { cwd: join(ROOT, 'src') }).map(path => path.replace(/\.ts$/, ''))
  const example = globSync('**/*.ts', { cwd: join(ROOT, 'examples/agent-runtime') })
  return [
    ...sources.flatMap(path => [`dist/${path}.js`, `dist/${path}.d.ts`]),
    'dist/register.cjs',
    'dist/register.d.cts',
    ...example.map(path => `dist/demo/agent-runtime/${path.replace(/\.ts$/, '.js')}`),
    'dist/man/kansa.1',
  ]
}

/** The files that a compiled file refers to. */
function references(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const imports = text.matchAll(/(?:\bfrom |\bimport |\bimport\()['"](?<target>\.[^'"]+)['"]/g)
  const maps = text.matchAll(/^\/\/# sourceMappingURL=(?<target>\S+)/gm)
  const targets = [...imports, ...maps].map(({ groups }) => join(dirname(path), groups?.['target'] ?? ''))
  if (path.endsWith('.d.ts')) return targets.map(target => target.replace(/(?<!\.d)\.(ts|js)$/, '.d.ts'))
  // The compiler writes .js into imports: .ts is in programs that the demo's agent works on, which are text.
  return targets.filter(target => !target.endsWith('.ts'))
}

describe('the packed package', () => {
  let packed: PackedPackage
  let paths: string[]
  before(function () {
    this.timeout(60_000)
    packed = new PackedPackage()
    paths = packed.files.map(file => file.path)
  })
  after(() => packed.remove())

  it('holds what the sources compile to, the manual page, five files beside it, and nothing else', () => {
    expect(paths.toSorted()).to.deep.equal([...built(), ...BESIDE_DIST].toSorted())
  })

  it('holds every file that its files refer to', () => {
    const present = new Set(paths)
    const all = paths
      .filter(path => /\.(js|d\.ts)$/.test(path))
      .flatMap(path => references(path).map(target => ({ path, target })))
    expect(all).to.not.be.empty
    expect(all.filter(({ target }) => !present.has(target))).to.deep.equal([])
  })

  it('has a command that can be executed', () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const command = packed.files.find(file => join(file.path) === join(bin.kansa))
    expect((command?.mode ?? 0) & 0o111).to.equal(0o111)
    expect(readFileSync(join(ROOT, bin.kansa), 'utf8')).to.match(/^#!\/usr\/bin\/env node\n/)
  })

  it('has the manual page of these commands', () => {
    const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(readFileSync(join(ROOT, man[0]), 'utf8')).to.equal(manPage())
  })

  it('says nothing of the machine it was built on', () => {
    const telling = paths.filter(path => {
      const text = readFileSync(join(ROOT, path), 'utf8')
      return text.includes(ROOT) || /\/home\/|\/Users\//.test(text)
    })
    expect(telling).to.deep.equal([])
  })

  it(`is smaller than ${MAX_PACKED_BYTES / 1000} kB`, () => {
    console.log(`      ${paths.length} files, ${packed.bytes} bytes packed`)
    expect(packed.bytes).to.be.below(MAX_PACKED_BYTES)
  })

  it('is found in order by publint', () => {
    packed.run(join(ROOT, 'node_modules/.bin/publint'), 'run', packed.tarball, '--strict')
  })

  it('has types for every module system that it supports', () => {
    // `require` gets the ES module, which Node.js can load so, and TypeScript knows that it can.
    const options = ['--ignore-rules', 'cjs-resolves-to-esm', '--exclude-entrypoints', 'package.json', '--no-color']
    packed.run(join(ROOT, 'node_modules/.bin/attw'), packed.tarball, ...options)
  })
})
