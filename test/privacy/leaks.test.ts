import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { type AgentRun, runAgent } from './support/careless-agent.ts'
import { LeakSearch } from './support/leak-search.ts'
import type { PlantedSecret } from './support/planted-secrets.ts'
import { ADDRESS, EARLY, EARLY_ACTOR, LAST, PLANTS, RECORDS, secretsOf, SURROUNDINGS } from './support/plants.ts'

/** What a collector wants to see, and nobody else. */
const OTLP_HEADER: PlantedSecret = {
  kind: 'a header',
  place: 'the options of the collector',
  text: 'Bearer 7vX2mQ9sLw4TzK8dRp3HbN6yUc1EgJ5f',
  secret: '7vX2mQ9sLw4TzK8dRp3HbN6yUc1EgJ5f',
}
const PLANTED = [...PLANTS, ...RECORDS, EARLY, LAST, SURROUNDINGS, ADDRESS].flatMap(secretsOf)
const SEARCH = new LeakSearch([...PLANTED, OTLP_HEADER])

/** One line for each secret that is found, and where. */
function leaksOf({ traces }: AgentRun): string[] {
  return [...traces].flatMap(([name, bytes]) =>
    [...SEARCH.in(bytes)].map(({ kind, place }) => `${name}: ${kind} in ${place}`),
  )
}

describe('secrets that an agent has to do with', function () {
  this.timeout(90_000)
  const runs: AgentRun[] = []
  const run = async (program: string, options: object): Promise<AgentRun> => {
    const done = await runAgent(program, options, OTLP_HEADER.text)
    runs.push(done)
    return done
  }
  after(() => {
    for (const { dir } of runs) rmSync(dir, { recursive: true, force: true })
  })

  for (const [name, options] of [
    ['by default', {}],
    ['with capture: full', { capture: 'full' }],
    ['with capture: metadata', { capture: 'metadata' }],
  ] as const) {
    it(`are in no file, no request, no output and no message, ${name}`, async () => {
      const done = await run('careless-agent', options)
      expect(done.exitCode, 'of an error that nobody caught').to.equal(1)
      const journal = done.traces.get('audit/audit.jsonl')?.toString()
      expect(journal).to.include('AuditStarted').and.to.include(EARLY_ACTOR).and.to.include('[REDACTED:')
      expect(done.traces.get('what the collector got')).to.have.length.above(10_000)
      expect(leaksOf(done)).to.deep.equal([])
    })
  }

  it("are in no file, no output and no message where Kansa is part of the application's own OpenTelemetry", async () => {
    const done = await run('own-sdk-agent', { capture: 'full' })
    expect(done.exitCode).to.equal(0)
    expect(done.traces.get('audit/audit.jsonl')).to.have.length.above(10_000)
    expect(leaksOf(done)).to.deep.equal([])
  })

  it('are all found by this search where redaction is off', async () => {
    const done = await run('careless-agent', { redaction: false, capture: 'full' })
    const found = new Set([...done.traces.values()].flatMap(bytes => [...SEARCH.in(bytes)]))
    const kept = [...PLANTS.filter(({ isNotKept }) => isNotKept !== true), LAST, SURROUNDINGS].flatMap(secretsOf)
    const missed = kept.map(({ place, kind }) => `${kind} in ${place}`).filter(name => !foundNames(found).has(name))
    expect(missed).to.deep.equal([])
    const sent = SEARCH.in(done.traces.get('what the collector got') ?? Buffer.alloc(0))
    // How much of it is sent before the process dies depends on the machine.
    expect(sent).to.have.property('size').above(50)
  })
})

function foundNames(found: ReadonlySet<PlantedSecret>): ReadonlySet<string> {
  return new Set([...found].map(({ place, kind }) => `${kind} in ${place}`))
}
