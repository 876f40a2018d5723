import { join } from 'node:path'
import { expect } from 'chai'
import { runProgram } from '../support/run-program.ts'

const PROGRAMS = [
  { program: 'tools.ts', tools: ['old', 'new'] },
  { program: 'tools.cjs', tools: ['old'] },
]

describe('mcp: with kansa/register', () => {
  for (const { program, tools } of PROGRAMS) {
    it(`${program} is audited, and its output the same`, async () => {
      const path = join(import.meta.dirname, 'programs', program)
      const env = { KANSA_INSTRUMENTATIONS: 'mcp' }
      const without = await runProgram(path, { env })
      const audited = await runProgram(path, { env, register: 'import' })

      expect(audited).to.include({ code: 0, stdout: without.stdout, stderr: without.stderr })
      const called = audited.events.flatMap(({ event_type: of }) =>
        of.type === 'ToolCall' ? [[of.data.tool_name, of.data.tool_server]] : [],
      )
      expect(called).to.deep.equal(tools.map(name => [name, 'calculator']))
    })
  }
})
