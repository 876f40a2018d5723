import { expect } from 'chai'
import { DamageLog } from '../../src/query/damage-log.ts'
import { eventFilter, type FilterSpec } from '../../src/query/event-filter.ts'
import { findUnfinished } from '../../src/query/unfinished.ts'
import { blockLog } from './support/block-log.ts'
import { CATALOGUE, eventLine, NOW } from './support/scanned.ts'

/** One second after the other, whatever log a line is in. */
let second = 0
const line = (id: string, type: string, data: object, envelope: Record<string, unknown> = {}): string => {
  second += 1
  return eventLine(type, data, { id, timestamp: new Date(NOW + second * 1000).toISOString(), ...envelope })
}
const run = (id: string, status: string, envelope: Record<string, unknown> = {}, data: object = {}): string =>
  line(id, 'AgentExecution', { agent_name: 'reviewer', status, ...data }, envelope)
const intended = (id: string, callId: string, kind?: string): string =>
  line(id, 'Security', { category: 'ActionIntended', severity: 'Info', context: { call_id: callId, ...kindOf(kind) } })
const kindOf = (kind: string | undefined): object => (kind === undefined ? {} : { kind })
const done = (type: string, callId: string): string => line('done', type, { call_id: callId })
const restart = (): string => line('start', 'Security', { category: 'AuditStarted', severity: 'Info', context: {} })

async function unfinished(logs: readonly (readonly string[])[], spec: FilterSpec = {}): Promise<string[]> {
  const contents = logs.map(lines => blockLog(lines.map(text => `${text}\n`).join(''), 200))
  const options = { filter: eventFilter(spec, CATALOGUE, NOW), damage: new DamageLog() }
  return (await findUnfinished(contents, options)).map(({ event }) => event.id)
}

describe('what is unfinished', () => {
  it('are the runs that began and neither completed, failed nor were cancelled', async () => {
    const lines = ['a', 'b', 'c', 'd'].map(id => run(id, 'Started', { run_id: id }))
    const ends = ['Completed', 'Failed', 'Cancelled'].map((status, i) => run('end', status, { run_id: 'abc'[i] }))
    expect(await unfinished([[...lines, run('d2', 'Running', { run_id: 'd' }), ...ends]])).to.deep.equal(['d'])
  })

  it('are nested runs too, each for itself', async () => {
    const lines = [
      run('outer', 'Started', { run_id: 'o' }),
      run('inner', 'Started', { run_id: 'i', parent_run_id: 'o' }),
      run('inner 2', 'Started', { run_id: 'j', parent_run_id: 'o' }),
      run('end', 'Completed', { run_id: 'i', parent_run_id: 'o' }),
    ]
    expect(await unfinished([lines])).to.deep.equal(['outer', 'inner 2'])
    expect(await unfinished([[...lines, run('end', 'Failed', { run_id: 'o' })]])).to.deep.equal(['inner 2'])
  })

  it('is a run once, however often it was begun, until it ends', async () => {
    const lines = [run('first', 'Started', { run_id: 'r' }), run('resumed', 'Started', { run_id: 'r' })]
    expect(await unfinished([lines])).to.deep.equal(['first'])
    expect(await unfinished([[...lines, run('end', 'Completed', { run_id: 'r' })]])).to.deep.equal([])
    const again = [...lines, run('end', 'Completed', { run_id: 'r' }), run('again', 'Started', { run_id: 'r' })]
    expect(await unfinished([again])).to.deep.equal(['again'])
  })

  describe('among runs that tell no id', () => {
    it('is told by actor and agent, first come, first served', async () => {
      const lines = [
        run('a', 'Started'),
        run('b', 'Started'),
        run('end', 'Completed'),
        run('c', 'Started', { actor_id: 'x' }),
      ]
      expect(await unfinished([lines])).to.deep.equal(['b', 'c'])
    })

    it('is told by the start that an outcome names', async () => {
      const [one, two] = ['2026-11-22T01:00:00Z', '2026-11-22T02:00:00Z']
      const lines = [run('a', 'Started', {}, { start_time: one }), run('b', 'Started', {}, { start_time: two })]
      expect(await unfinished([[...lines, run('end', 'Failed', {}, { start_time: two })]])).to.deep.equal(['a'])
    })

    it('is not ended by a run of the next process', async () => {
      const lines = [restart(), run('killed', 'Started'), restart(), run('b', 'Started'), run('end', 'Completed')]
      expect(await unfinished([lines])).to.deep.equal(['killed'])
    })

    it('is not ended by a run in the log of another process', async () => {
      const logs = [[run('killed', 'Started')], [run('b', 'Started'), run('end', 'Completed')]]
      expect(await unfinished(logs)).to.deep.equal(['killed'])
      expect(await unfinished(logs.toReversed())).to.deep.equal(['killed'])
    })
  })

  it('are announced actions that no call followed', async () => {
    const lines = [
      done('ToolCall', 'a'),
      intended('a', 'a'),
      intended('b', 'b'),
      intended('c', 'c'),
      line('no id', 'Security', { category: 'ActionIntended', context: {} }),
      line('other', 'Security', { category: 'PermissionDenied', context: { call_id: 'd' } }),
      done('ToolCall', 'b'),
      done('ApiCall', 'c'),
    ]
    expect(await unfinished([lines])).to.deep.equal(['a'])
    expect(await unfinished([[intended('1', 'x'), intended('2', 'x'), done('ToolCall', 'x')]])).to.deep.equal(['2'])
  })

  it('are announced actions of a kind whose outcome is of that kind', async () => {
    const lines = [intended('tool', 'x', 'ToolCall'), intended('model', 'x', 'ApiCall'), intended('any', 'x')]
    expect(await unfinished([[...lines, done('ApiCall', 'x')]])).to.deep.equal(['tool', 'any'])
    expect(await unfinished([[...lines, done('ApiCall', 'x'), done('ApiCall', 'x')]])).to.deep.equal(['tool'])
    expect(await unfinished([[...lines, done('ToolCall', 'x')], [done('ApiCall', 'x')]])).to.deep.equal(['any'])
  })

  describe('among announced runs', () => {
    const announced = (id: string): string => intended(`intended ${id}`, id, 'AgentExecution')

    it('are those that were not begun, and those that were begun and not ended', async () => {
      const lines = [
        ...['a', 'b', 'c'].map(announced),
        run('a', 'Started', { run_id: 'a' }),
        run('b', 'Started', { run_id: 'b' }),
        run('going on', 'Running', { run_id: 'b' }),
        run('end', 'Completed', { run_id: 'a' }),
      ]
      expect(await unfinished([lines])).to.deep.equal(['intended b', 'intended c', 'b'])
    })

    it('is none that was refused before it began', async () => {
      expect(await unfinished([[announced('a'), run('end', 'Failed', { run_id: 'a' })]])).to.deep.equal([])
    })

    it('is a run once, however often it was announced, until it ends', async () => {
      const lines = [announced('a'), run('a', 'Started', { run_id: 'a' }), announced('a')]
      const resumed = [...lines, run('again', 'Started', { run_id: 'a' })]
      expect(await unfinished([resumed])).to.deep.equal(['intended a', 'a', 'intended a'])
      expect(await unfinished([[...resumed, run('end', 'Cancelled', { run_id: 'a' })]])).to.deep.equal([])
    })

    it('is none that ended later in the log of another process', async () => {
      const other = [run('end', 'Completed', { run_id: 'a' })]
      const lines = [announced('a'), run('a', 'Started', { run_id: 'a' })]
      const ends = [run('end', 'Completed', { run_id: 'a' })]
      expect(await unfinished([lines, other])).to.deep.equal(['intended a', 'a'])
      expect(await unfinished([lines, ends])).to.deep.equal([])
    })

    it('is not ended by a call that has the run’s id', async () => {
      expect(await unfinished([[announced('a'), done('ToolCall', 'a')]])).to.deep.equal(['intended a'])
    })
  })

  it('is not what ended in the log of another process, whichever is read first', async () => {
    const [begun, open] = [run('r', 'Started', { run_id: 'r' }), run('open', 'Started', { run_id: 'open' })]
    const first = [begun, open, intended('i', 'call'), intended('j', 'call j')]
    const other = [run('end', 'Completed', { run_id: 'r' }), done('ToolCall', 'call'), 'damaged']
    expect(await unfinished([first, other])).to.deep.equal(['open', 'j'])
    expect(await unfinished([other, first])).to.deep.equal(['open', 'j'])
  })

  it('is not ended by something older in another log', async () => {
    const other = [run('end', 'Completed', { run_id: 'r' }), done('ToolCall', 'call')]
    const later = [run('resumed', 'Started', { run_id: 'r' }), intended('i', 'call')]
    expect(await unfinished([other, later])).to.deep.equal(['resumed', 'i'])
  })

  it('is chosen by filters for what began, not for the outcome', async () => {
    const lines = [
      run('a', 'Started', { run_id: 'a', user_id: 'ann' }),
      run('b', 'Started', { run_id: 'b', user_id: 'ann' }),
      run('c', 'Started', { run_id: 'c', user_id: 'bob' }),
      run('end', 'Completed', { run_id: 'a', user_id: 'bob' }),
      intended('d', 'd'),
    ]
    expect(await unfinished([lines], { user: ['ann'] })).to.deep.equal(['b'])
    expect(await unfinished([lines], { type: ['security'] })).to.deep.equal(['d'])
    expect(await unfinished([lines], { until: '2026-11-22' })).to.deep.equal(['b', 'c', 'd'])
  })

  it('tells damage once, though logs are read again', async () => {
    const damage = new DamageLog()
    const logs = [[run('a', 'Started', { run_id: 'a' }), 'damaged'], ['damaged too']]
    const contents = logs.map(lines => blockLog(lines.map(text => `${text}\n`).join('')))
    await findUnfinished(contents, { filter: eventFilter({}, CATALOGUE, NOW), damage })
    expect(damage.count).to.equal(2)
  })
})
