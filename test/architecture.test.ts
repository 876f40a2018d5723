import { expect } from 'chai'
import { ENVELOPE, HEAD_ATTRIBUTES, KINDS } from '../src/events/field-table.ts'
import { HOUSE_RULES } from './architecture/house-rules.ts'
import { readSource, sourceFiles } from './architecture/source-files.ts'

describe('the source', () => {
  const files = sourceFiles()

  for (const rule of HOUSE_RULES) {
    it(`keeps: ${rule.name}`, () => {
      const breaches = files.flatMap(file => rule.breaches(file).map(breach => `src/${file.name}: ${breach}`))
      expect(breaches, breaches.join('\n')).to.deep.equal([])
    })
  }

  for (const rule of HOUSE_RULES) {
    it(`is seen to break: ${rule.name}`, () => {
      const unseen = rule.broken.filter(([name, text]) => rule.breaches(readSource(name, text)).length === 0)
      expect(unseen).to.deep.equal([])
    })
  }

  it('may say everything in comments and texts', () => {
    const text = [
      '// as any, value! or export * from here',
      "const text = 'it is as any other: x as Y, z!' /* export * */",
      'const template = `import "node:fs" as Z, ${text}`',
      String.raw`const pattern = /['"\x60] as any \/ x!/.test(text) || a !== b || a as const`,
    ].join('\n')
    const file = readSource('events/good.ts', text)
    expect(HOUSE_RULES.flatMap(rule => rule.breaches(file))).to.deep.equal([])
  })
})

describe('attribute names', () => {
  const fields = [...Object.values(KINDS).flatMap(kind => kind.fields), ...ENVELOPE]
  const names = new Set([
    ...fields.map(field => field.attribute),
    ...fields.flatMap(field => field.normalisation?.verbatimAttribute ?? []),
    ...Object.values(KINDS).flatMap(kind => Object.keys(kind.constants)),
    ...Object.values(HEAD_ATTRIBUTES),
  ])

  it('are lower-case words with dots between them', () => {
    expect([...names].filter(name => !/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(name))).to.deep.equal([])
  })

  it('are each a value or a namespace, never both', () => {
    const both = [...names].filter(name => [...names].some(other => other.startsWith(`${name}.`)))
    expect(both).to.deep.equal([])
  })

  it('are under agent_audit where OpenTelemetry has none', () => {
    const ours = /^agent_audit\./
    const theirs = /^(gen_ai|error|http|session|user|log|otel|mcp)\./
    expect([...names].filter(name => !ours.test(name) && !theirs.test(name))).to.deep.equal([])
  })

  it('are never bare words that back ends take for their own', () => {
    const reserved = ['status', 'level', 'severity', 'host', 'source', 'service', 'message']
    expect(reserved.filter(name => names.has(name))).to.deep.equal([])
  })

  it('are used once in a record', () => {
    for (const [kind, { fields: own, constants }] of Object.entries(KINDS)) {
      const used = [
        ...[...own, ...ENVELOPE].flatMap(field =>
          [field.attribute, field.normalisation?.verbatimAttribute ?? []].flat(),
        ),
        ...Object.keys(constants),
        ...Object.values(HEAD_ATTRIBUTES),
      ]
      const twice = used.filter((name, index) => used.indexOf(name) !== index)
      expect(twice, kind).to.deep.equal([])
    }
  })

  it('name the events under agent_audit too', () => {
    const eventNames = Object.values(KINDS).map(kind => kind.eventName)
    expect(eventNames.filter(name => !/^agent_audit(\.[a-z_]+)+$/.test(name))).to.deep.equal([])
    expect(eventNames.filter(name => names.has(name))).to.deep.equal([])
  })
})
