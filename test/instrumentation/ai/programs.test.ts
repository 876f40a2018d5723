import { join } from 'node:path'
import { expect } from 'chai'
import { runProgram } from '../support/run-program.ts'
import { useModelServer } from '../support/set-up.ts'

const PROGRAMS = [
  { program: 'agent.ts', runs: ['generateText', 'desk', 'generateText'], calls: 4 },
  { program: 'agent.cjs', runs: ['generateText', 'streamText'], calls: 2 },
]

describe('ai: with kansa/register', () => {
  const server = useModelServer()

  for (const { program, runs, calls } of PROGRAMS) {
    it(`${program} is audited, without telemetry, and its output the same`, async () => {
      const path = join(import.meta.dirname, 'programs', program)
      const env = { MODEL_URL: server.url, KANSA_INSTRUMENTATIONS: 'ai' }
      const without = await runProgram(path, { env })
      const audited = await runProgram(path, { env, register: 'import' })

      expect(audited).to.include({ code: 0, stdout: without.stdout, stderr: without.stderr })
      const started = audited.events.flatMap(({ event_type: of }) =>
        of.type === 'AgentExecution' && of.data.status === 'Started' ? [of.data.agent_name] : [],
      )
      expect(started).to.deep.equal(runs)
      expect(audited.events.filter(({ event_type: of }) => of.type === 'ApiCall')).to.have.length(calls)
    })
  }
})
