import { expect } from 'chai'
import { readEvent } from '../../../src/journal/read-event.ts'
import { LineJoiner, linesOf, type StoredLine } from '../../../src/journal/read-lines.ts'
import { lineText } from './support/test-lines.ts'

describe('a line read as an event', () => {
  const lineOf = (content: string | Uint8Array): StoredLine => {
    const joiner = new LineJoiner('file', 0)
    const [line] = joiner.push(Buffer.from(content)).flatMap(linesOf)
    const found = line ?? joiner.rest()
    if (found === undefined) throw new Error('no line')
    return found
  }
  const problemOf = (content: string | Uint8Array): string | undefined => {
    const reading = readEvent(lineOf(content))
    return reading !== undefined && 'problem' in reading ? reading.problem : undefined
  }

  it('has its bytes as they are stored, and its time', () => {
    const reading = readEvent(lineOf(`${lineText(7)}\n`))
    expect(reading).to.deep.include({ bytes: Buffer.from(lineText(7)) })
    expect(reading).to.have.property('time', Date.UTC(2026, 10, 22, 10, 0, 0, 7))
  })

  const readable = [
    { name: 'behind a byte order mark', content: `\uFEFF${lineText(1)}\n` },
    { name: 'behind a hole of NULs', content: `\0\0\0${lineText(1)}\n` },
    { name: 'with a carriage return', content: `${lineText(1)}\r\n` },
    { name: 'without a line feed', content: lineText(1) },
    { name: 'with nothing but its kind', content: '{"event_type":{"type":"ToolCall"}}\n' },
  ]
  for (const { name, content } of readable) {
    it(`is read ${name}`, () => expect(readEvent(lineOf(content))).to.have.property('event'))
  }

  it('leaves out what stands in front of it', () => {
    expect(readEvent(lineOf(`\uFEFF${lineText(1)}\n`))).to.deep.include({ bytes: Buffer.from(lineText(1)) })
  })

  it('is nothing when it is empty', () => {
    expect(readEvent(lineOf('\n'))).to.equal(undefined)
    expect(readEvent(lineOf(' \t\r\n'))).to.equal(undefined)
  })

  const damaged = [
    { name: 'NULs', content: Buffer.alloc(100), problem: /NUL/ },
    { name: 'a torn line', content: lineText(1).slice(0, 50), problem: /incomplete last line/ },
    { name: 'half a line with a line feed', content: `${lineText(1).slice(0, 50)}\n`, problem: /JSON/ },
    { name: 'bytes that are no UTF-8', content: Buffer.from([0xff, 0xfe, 0x80, 0x0a]), problem: /JSON/ },
    { name: 'other JSON', content: '{"level":30,"msg":"hello"}\n', problem: /event_type/ },
  ]
  for (const { name, content, problem } of damaged) {
    it(`names what is wrong with ${name}`, () => expect(problemOf(content)).to.match(problem))
  }
})
