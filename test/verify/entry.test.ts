import { expect } from 'chai'
import { sourceFiles } from '../architecture/source-files.ts'

describe('kansa/verify', () => {
  it('loads nothing of OpenTelemetry, nor what writes', () => {
    const imports = new Map(sourceFiles().map(file => [file.name, file.imports]))
    const reached = new Set(['verify.ts'])
    for (const name of reached) for (const path of imports.get(name) ?? []) reached.add(path)
    expect([...reached].filter(path => !path.endsWith('.ts') && !path.startsWith('node:'))).to.deep.equal([])
    expect([...reached].filter(path => /^(pipeline|events|query|cli)\//.test(path))).to.deep.equal([])
    expect(reached).to.include('verify/verify-log.ts')
  })
})
