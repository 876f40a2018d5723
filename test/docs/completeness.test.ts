import { expect } from 'chai'
import * as kansa from '../../src/index.ts'
import { KansaError } from '../../src/errors.ts'
import { variableOf } from '../../src/options.ts'
import { readLoggerOptions } from '../../src/pipeline/logger-options.ts'
import { PAGES, spansOf, textOf } from './support/pages.ts'

const CONFIGURATION = 'docs/configuration.md'

/** The cells of a table's row, by what stands in the first one. */
function row(name: string): string[] {
  const line = textOf(CONFIGURATION)
    .split('\n')
    .find(text => text.startsWith(`| \`${name}\` |`))
  return (line ?? '').split('|').map(cell => cell.trim())
}

/** Every option of a logger, as the message about an unknown one lists them. */
function loggerOptions(): string[] {
  try {
    readLoggerOptions(Object.fromEntries([['nonsense', 1]]), {}, {})
  } catch (error) {
    if (error instanceof KansaError) return (error.message.split('known are ')[1] ?? '').split(', ')
  }
  throw new Error('an unknown option was not refused')
}

describe('the documentation is complete', () => {
  const options = loggerOptions()

  it('has a row for every error code', () => {
    const codes = [...textOf('src/errors.ts').matchAll(/\| '(KANSA_[A-Z_]+)'/g)].map(([, code = '']) => code)
    expect(codes).to.have.length.above(5)
    expect(codes.filter(code => row(code).length < 4)).to.deep.equal([])
  })

  it('has a row for every option', () => {
    expect(options).to.include.members(['dir', 'otlp', 'maxFileBytes', 'loggerProvider'])
    expect(options.filter(name => row(name).length < 5)).to.deep.equal([])
  })

  it('has the right environment variable for every option that can be text', () => {
    for (const name of options) {
      const [, , variable = ''] = row(name)
      if (variable !== '') expect(variable, name).to.match(new RegExp(`^\`${variableOf(name)}\``))
      else expect(name).to.be.oneOf(['onError', 'resource', 'loggerProvider', 'meterProvider', 'signer'])
    }
  })

  it('has the right default for every option that is a number or a word', () => {
    for (const [name, value] of Object.entries(readLoggerOptions({}, {}, {}))) {
      // Paths are made absolute.
      if (typeof value !== 'number' && (typeof value !== 'string' || name === 'dir')) continue
      const [, , , shown = ''] = row(name)
      const expected = name.endsWith('Mode') ? `0${value.toString(8)}` : String(value)
      expect(shown.replaceAll('`', ''), name).to.equal(expected)
    }
  })

  it('names everything that can be imported', () => {
    const words = new Set(PAGES.flatMap(spansOf).flatMap(span => span.match(/\w+/g) ?? []))
    expect(Object.keys(kansa).filter(name => !words.has(name))).to.deep.equal([])
  })

  it('names every method of the logger', () => {
    const guide = textOf('docs/guide.md')
    const methods = [...textOf('src/pipeline/audit-api.ts').matchAll(/^ {2}(\w+)\(/gm)].map(([, name = '']) => name)
    expect(methods).to.include.members(['logToolCall', 'flush', 'shutdown'])
    expect(methods.filter(name => !guide.includes(name))).to.deep.equal([])
  })
})
