import { expect } from 'chai'
import { CATALOGUE, eventLine, matching, NOW } from './support/scanned.ts'
import { parseWhere } from '../../src/query/where-clause.ts'

const LINES = [
  eventLine('ToolCall', {
    tool_name: 'shell',
    duration_ms: 150,
    success: true,
    parameters: '{"cmd":"rm -rf /","n":5,"args":["-l",7,{"a":"b"}]}',
  }),
  eventLine('ToolCall', {
    tool_name: 'write',
    duration_ms: 20.5,
    success: false,
    decision: 'Deny',
    parameters: 'plain',
  }),
  eventLine(
    'ApiCall',
    { model: 'gpt-5', total_tokens: 0, request_time: '2026-11-22T09:59:59Z' },
    { timestamp: '2026-11-23T00:00:00Z' },
  ),
  eventLine('Security', { severity: 'Warning', context: { path: '~/x', formula: '=A1' } }, { labels: { team: 'one' } }),
  eventLine(
    'Security',
    { severity: 'Critical', context: {} },
    { on_behalf_of: ['ann', 'bob'], redacted: { email: 2 } },
  ),
  eventLine('AgentExecution', { status: 'Paused', goal: '', artifacts: ['a.md', 'b.md'] }, { timestamp: 'whenever' }),
]

describe('a condition on a field', () => {
  const cases: Record<string, number[]> = {
    'tool_name=shell': [0],
    'tool_name!=shell': [1, 2, 3, 4, 5],
    'tool_name~^s': [0],
    'tool_name!~^s': [1, 2, 3, 4, 5],
    'duration_ms>20': [0, 1],
    'duration_ms>=150': [0],
    'duration_ms<150': [1],
    'duration_ms<=20.5': [1],
    'duration_ms=1.5e2': [0],
    'duration_ms!=150': [1, 2, 3, 4, 5],
    'duration_ms~5': [0, 1],
    'total_tokens=0': [2],
    'success=false': [1],
    'success!=true': [1, 2, 3, 4, 5],
    'success~^t': [0],
    'decision=deny': [1],
    'status~Paused': [5],
    'severity>=warning': [3, 4],
    'severity>Warning': [4],
    'level>=warn': [1, 3, 4],
    'level<error': [0, 1, 2, 3, 5],
    'level=critical': [4],
    'type=toolcall': [0, 1],
    'goal=': [5],
    'artifacts=b.md': [5],
    'artifacts~^b': [5],
    'artifacts!=b.md': [0, 1, 2, 3, 4],
    'on_behalf_of=ann': [4],
    'context.path=~/x': [3],
    'context.formula~^=A1$': [3],
    'labels.team=one': [3],
    'redacted.email>1': [4],
    'parameters.cmd~rm -rf': [0],
    'parameters.n=5': [0],
    'parameters.args=-l': [0],
    'parameters.args=7': [0],
    'parameters.args~"a":"b"': [0],
    'parameters.args.0=-l': [0],
    'parameters.args=x': [],
    'parameters.n=5.0': [0],
    'parameters.n>4': [0],
    'parameters=plain': [1],
    'request_time<2026-11-22T10:00Z': [2],
    'timestamp=2026-11-22': [0, 1, 3, 4],
    'timestamp!=2026-11-22': [2, 5],
    'timestamp>2026-11-22': [2],
    'timestamp>=2026-11-22': [0, 1, 2, 3, 4],
    'timestamp<=2026-11-22': [0, 1, 3, 4],
    'timestamp<2026-11-22': [],
    'timestamp>=2h': [0, 1, 2, 3, 4],
    'timestamp>1h': [2],
    'timestamp~whenever': [5],
    'day=2026-11-23': [2],
    'hour~T10$': [0, 1, 3, 4],
    'summary~denied|failed': [1],
    ' tool_name = shell ': [0],
    'success = false': [1],
    'duration_ms > 100': [0],
  }
  for (const [clause, expected] of Object.entries(cases)) {
    it(`"${clause}" holds where it should`, async () => {
      expect(await matching(LINES, { where: [clause] })).to.deep.equal(expected)
    })
  }

  it('and its opposite part the events between them', async () => {
    for (const [one, other] of [
      ['=', '!='],
      ['~', '!~'],
    ]) {
      for (const field of ['tool_name', 'goal', 'model', 'parameters.cmd', 'context.path', 'on_behalf_of', 'summary']) {
        const found = [
          ...(await matching(LINES, { where: [`${field}${one}shell`] })),
          ...(await matching(LINES, { where: [`${field}${other}shell`] })),
        ]
        expect(
          found.toSorted((a, b) => a - b),
          field,
        ).to.deep.equal([0, 1, 2, 3, 4, 5])
      }
    }
  })
})

describe('a condition that makes no sense', () => {
  const messages: Record<string, RegExp> = {
    tool_name: /write field=value, with one of = != < <= > >= ~ !~ between them\.$/,
    '': /write field=value/,
    '=x': /write field=value/,
    'tool_name==shell': /== is no operator, write =; a value that begins with = : tool_name~\^=\.$/,
    'tool_name!==shell': /!== is no operator, write !=/,
    'tool_name>a': /tool_name has no order; use = != ~ !~\.$/,
    'success>true': /success has no order/,
    'success=yes': /success is true or false\.$/,
    'duration_ms=fast': /duration_ms is a number, and "fast" is none\.$/,
    'duration_ms=': /and "" is none/,
    'duration_ms=>5': /and ">5" is none/,
    'duration_ms=Infinity': /and "Infinity" is none/,
    'duration_ms=1,000': /and "1,000" is none/,
    'status=Done': /status is one of Started, Running, Completed, Failed, Cancelled\.$/,
    'status>Started': /status has no order/,
    'type=Tool': /type is one of AgentExecution, ApiCall/,
    'tool_name~(': /--where "tool_name~\(": .*[Rr]egular expression.*\.$/,
    'labels=x': /labels is a map; name an entry of it: labels\.<key>\.$/,
    'labels~x': /labels is a map/,
    'artifacts<x': /artifacts has no order/,
    'parameters.date>2026-01-01': /only numbers have an order here, and "2026-01-01" is none/,
    'timestamp>2026-02-30': /no date that exists/,
    'timestamp=soon': /is no time/,
    'tol_name=x': /no field "tol_name"; did you mean tool_name/,
  }
  for (const [clause, message] of Object.entries(messages)) {
    it(`"${clause}" is refused, and the message says why`, () => {
      expect(() => parseWhere(clause, CATALOGUE, NOW))
        .to.throw(message)
        .with.property('code', 'KANSA_INVALID_QUERY')
    })
  }

  const impossible = [
    {
      spec: { type: ['tool'], where: ['model=x'] },
      message: /"model=x" can match nothing here: only ApiCall has model, and the other filters leave ToolCall/,
    },
    {
      spec: { where: ['model=x', 'tool_name=y'] },
      message: /only ToolCall has tool_name, and the other filters leave ApiCall/,
    },
    {
      spec: { type: ['tool'], severity: 'critical' },
      message: /--severity critical can match nothing here: only Security has severity/,
    },
    { spec: { since: '1h', until: '2h' }, message: /--since 1h is not before --until 2h: nothing can match/ },
    { spec: { since: 'now', until: 'now' }, message: /nothing can match/ },
    { spec: { severity: 'awful' }, message: /"awful" is none of info, warn, error, critical/ },
    { spec: { type: ['tol'] }, message: /"tol" is no kind of event; there are AgentExecution/ },
  ]
  for (const { spec, message } of impossible) {
    it(`${JSON.stringify(spec)} is refused, because it can match nothing`, async () => {
      const error = await matching([], spec).catch((thrown: unknown) => thrown)
      expect(error).to.be.an('error').with.property('message').that.matches(message)
    })
  }

  it('is one only where it can hold for nobody: what another kind has not, it may lack', async () => {
    expect(await matching(LINES, { type: ['tool'], where: ['model!=x'] })).to.deep.equal([0, 1])
    expect(await matching(LINES, { type: ['tool'], where: ['error!=x'] })).to.deep.equal([0, 1])
  })
})

describe('a range of time', () => {
  const at = (timestamp: unknown): string => eventLine('ToolCall', {}, { timestamp })

  it('takes its first moment and not the one behind its end, however the times are written', async () => {
    const lines = [
      '2026-11-22T10:00:00Z',
      '2026-11-22T10:00:00.000Z',
      '2026-11-22T19:00:00+09:00',
      '2026-11-22T10:00:00.001Z',
    ].map(at)
    expect(await matching(lines, { since: '2026-11-22T10:00:00Z' })).to.deep.equal([0, 1, 2, 3])
    expect(await matching(lines, { since: '2026-11-22T10:00:00.001Z' })).to.deep.equal([3])
    expect(await matching(lines, { until: '2026-11-22T10:00:00.001Z' })).to.deep.equal([0, 1, 2])
    expect(await matching(lines, { until: '2026-11-22T10:00:00Z' })).to.deep.equal([])
  })

  it('reaches as far as it says', async () => {
    const lines = ['0001-01-01T00:00:00.000Z', '2026-11-22T10:00:00.000Z', '9999-12-31T23:59:59.999Z'].map(at)
    expect(await matching(lines, { until: '9999-12-31' })).to.deep.equal([0, 1, 2])
    expect(await matching(lines, { since: '9999-12-31T23:59-12:00' })).to.deep.equal([])
    expect(await matching(lines, { since: '9000000d' })).to.deep.equal([0, 1, 2])
    expect(await matching(lines, { until: '9000000d' })).to.deep.equal([])
    expect(await matching(lines, { until: '99999999999d' })).to.deep.equal([])
  })

  it('has no events without a time', async () => {
    const lines = [null, 5, '', 'whenever', '2026-11-22T10:00:00,000Z'].map(at)
    expect(await matching(lines, { since: '0101-01-01' })).to.deep.equal([])
    expect(await matching(lines, { until: '9999-12-31' })).to.deep.equal([])
  })
})

describe('a text that is looked for', () => {
  it('is found in what a person would see: any value, but no key', async () => {
    const lines = [
      eventLine('ToolCall', { tool_name: 'shell', output_preview: 'a/b "c" é\u2028\n' }),
      eventLine('ToolCall', { tool_name: 'shell', output_preview: 'a/b "c" é\u2028\n' })
        .replaceAll('/', '\\/')
        .replace('é', '\\u00e9'),
      eventLine('ToolCall', { tool_name: 'SHELL', duration_ms: 1500, success: true }).replace('1500', '1.5e3'),
    ]
    for (const text of ['a/b', '"c"', 'é', '\u2028', '\n', 'a/b "c" é\u2028\n']) {
      expect(await matching(lines, { grep: text }), text).to.deep.equal([0, 1])
    }
    expect(await matching(lines, { grep: '1500' })).to.deep.equal([2])
    expect(await matching(lines, { grep: 'rue' })).to.deep.equal([2])
    expect(await matching(lines, { grep: 'shell', ignoreCase: true })).to.deep.equal([0, 1, 2])
    expect(await matching(lines, { grep: 'tool_name' })).to.deep.equal([])
    expect(await matching(lines, { grep: '' })).to.deep.equal([0, 1, 2])
  })

  it('is found where a solidus is escaped, and nothing else', async () => {
    const line = eventLine('ToolCall', { output_preview: 'see a/b' }).replace('/', String.raw`\/`)
    expect(await matching([line], { grep: 'a/b' })).to.deep.equal([0])
    expect(await matching([line], { where: ['output_preview=see a/b'] })).to.deep.equal([0])
  })

  it('is found in what is nested a hundred thousand deep', async () => {
    const deep = `${'['.repeat(100_000)}"needle"${']'.repeat(100_000)}`
    const line = eventLine('ToolCall', {}, { extra: 0 }).replace('"extra":0', `"extra":${deep}`)
    expect(await matching([line], { grep: 'needle' })).to.deep.equal([0])
    const parameters = eventLine('ToolCall', { parameters: `{"cmd":${'['.repeat(100_000)}${']'.repeat(100_000)}}` })
    expect(await matching([parameters], { where: ['parameters.cmd~too deeply'] })).to.deep.equal([0])
  })
})
