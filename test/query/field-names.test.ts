import { expect } from 'chai'
import { ENVELOPE, KINDS } from '../../src/events/field-table.ts'
import { parseRawEvent } from '../../src/events/line.ts'
import { FieldCatalogue, fieldNames } from '../../src/query/field-catalogue.ts'
import { type FieldValue, parsedSource, valueOf } from '../../src/query/query-field.ts'
import { WallClock } from '../../src/query/wall-clock.ts'

describe('the names of fields', () => {
  const catalogue = new FieldCatalogue(new WallClock(true))
  const valueIn = (event: object, name: string): FieldValue => {
    const raw = parseRawEvent(JSON.stringify(event))
    if ('problem' in raw) throw new Error(raw.problem)
    return valueOf(parsedSource(raw), catalogue.field(name))
  }
  const toolCall = (data: object, envelope: object = {}): object => ({
    id: 'x',
    timestamp: '2026-11-22T23:59:59.999Z',
    actor_id: 'a',
    event_type: { type: 'ToolCall', data },
    ...envelope,
  })
  const messageFor = (name: string): string => {
    try {
      catalogue.field(name)
    } catch (error) {
      expect(error).to.include({ code: 'KANSA_INVALID_QUERY' })
      return error instanceof Error ? error.message : ''
    }
    throw new Error(`${name} was taken`)
  }

  it('are those of the field table, with data. and event_type.data. before those of the data', () => {
    for (const { fields } of Object.values(KINDS)) {
      for (const { name, type } of fields) {
        for (const prefix of ['data.', 'event_type.data.']) {
          expect(catalogue.field(`${prefix}${name}`)).to.include({ type })
        }
        if (name !== 'timestamp') expect(catalogue.field(name)).to.include({ name, type })
      }
    }
    for (const { name, type } of ENVELOPE) expect(catalogue.field(name)).to.include({ name, type })
    for (const name of fieldNames()) expect(catalogue.field(name).name).to.equal(name)
  })

  it('mean the same type in every kind that has them', () => {
    const types = new Map<string, string>()
    for (const { fields } of Object.values(KINDS)) {
      for (const { name, type } of fields) expect(types.get(name) ?? type, name).to.equal(type)
      for (const { name, type } of fields) types.set(name, type)
    }
  })

  it('tell the timestamp of the data from that of the event, in output too', () => {
    const event = {
      timestamp: '2026-11-22T10:00:00.000Z',
      event_type: { type: 'TokenUsage', data: { timestamp: '2026-11-22T09:00:00.000Z' } },
    }
    expect(valueIn(event, 'timestamp')).to.equal('2026-11-22T10:00:00.000Z')
    expect(valueIn(event, 'data.timestamp')).to.equal('2026-11-22T09:00:00.000Z')
    expect(catalogue.field('data.timestamp').name).to.equal('data.timestamp')
  })

  it('have short forms', () => {
    const short = ['kind', 'actor', 'time', 'run', 'session', 'trace', 'user', 'tenant', 'event_type.type']
    expect(short.map(name => catalogue.field(name).name)).to.deep.equal([
      'type',
      'actor_id',
      'timestamp',
      'run_id',
      'session_id',
      'trace_id',
      'user_id',
      'tenant_id',
      'type',
    ])
  })

  it('reach into maps, whose keys may have dots', () => {
    const envelope = {
      labels: { team: 'x', 'a.b': 'dotted' },
      redacted: { email: 2 },
      cut: { 'data.goal': { length: 9 } },
    }
    expect(valueIn(toolCall({}, envelope), 'labels.team')).to.equal('x')
    expect(valueIn(toolCall({}, envelope), 'labels.a.b')).to.equal('dotted')
    expect(valueIn(toolCall({}, envelope), 'redacted.email')).to.equal(2)
    expect(valueIn(toolCall({}, envelope), 'cut.data.goal')).to.equal(9)
    for (const name of ['labels.constructor', 'labels.__proto__', 'labels.other']) {
      expect(valueIn(toolCall({}, envelope), name), name).to.equal(undefined)
    }
    const finding = { event_type: { type: 'Security', data: { context: { path: '/etc' } } } }
    for (const prefix of ['', 'data.', 'event_type.data.']) {
      expect(valueIn(finding, `${prefix}context.path`)).to.equal('/etc')
    }
  })

  it('reach into texts that are JSON', () => {
    const event = toolCall({ parameters: '{"cmd":"ls","n":5,"deep":{"list":["a","b"],"null":null}}' })
    const expected = {
      cmd: 'ls',
      n: 5,
      'deep.list.1': 'b',
      'deep.null': undefined,
      'cmd.length': undefined,
      x: undefined,
    }
    for (const [path, value] of Object.entries(expected)) expect(valueIn(event, `parameters.${path}`)).to.equal(value)
    expect(valueIn(event, 'parameters.deep')).to.deep.equal({ list: ['a', 'b'], null: null })
    expect(valueIn(toolCall({ parameters: 'ls -la' }), 'parameters.cmd')).to.equal(undefined)
  })

  it('include what follows from the others', () => {
    const denied = toolCall({ tool_name: 'rm', success: false, permission_granted: false })
    expect(valueIn(denied, 'level')).to.equal('warn')
    expect(valueIn(denied, 'day')).to.equal('2026-11-22')
    expect(valueIn(denied, 'hour')).to.equal('2026-11-22T23')
    expect(valueIn(denied, 'summary')).to.equal('tool rm was denied')
    for (const name of ['day', 'hour']) {
      expect(valueIn(toolCall({}, { timestamp: 'whenever' }), name)).to.equal(undefined)
    }
  })

  it('that nothing has are refused, with those that may have been meant', () => {
    expect(messageFor('tool_nme')).to.equal('there is no field "tool_nme"; did you mean tool_name?')
    expect(messageFor('data.tokens')).to.match(/^there is no field "data.tokens"; did you mean .*\btokens_used\b/)
    expect(messageFor('event_type.data.modl')).to.match(/did you mean model\?/)
    expect(messageFor('sesion')).to.match(/did you mean session/)
    expect(messageFor('zzzzzzzz')).to.match(/docs\/events\.md has all of them/)
    for (const name of [
      '',
      ' ',
      '.',
      'data.',
      'data.id',
      'data.run_id',
      'x.y',
      'constructor',
      '__proto__',
      'level.x',
    ]) {
      expect(messageFor(name), name).to.match(/^there is no field/)
    }
    expect(messageFor('tool_name.x')).to.equal('the field tool_name has no parts, so there is no tool_name.x.')
  })
})
