import { join } from 'node:path'
import { expect } from 'chai'
import { skipBecause } from '../../support/skip-because.ts'
import { runProgram } from '../support/run-program.ts'
import type { ProgramResult } from '../support/run-program.ts'
import { useModelServer } from '../support/set-up.ts'
import { isSince } from '../support/since.ts'
import { installedClouds, WAYS } from './clouds.ts'

describe('@anthropic-ai/sdk: with kansa/register', () => {
  const server = useModelServer()

  /** With and without; what is audited must not be seen. */
  async function run(program: string, more: Record<string, string> = {}): Promise<ProgramResult> {
    const path = join(import.meta.dirname, 'programs', program)
    const env = { MODEL_URL: server.url, KANSA_INSTRUMENTATIONS: 'anthropic', ...more }
    const without = await runProgram(path, { env })
    const audited = await runProgram(path, { env, register: 'import' })
    expect(audited).to.include({ code: 0, stdout: without.stdout, stderr: without.stderr })
    return audited
  }

  for (const program of ['other-cloud.ts', 'other-cloud.cjs']) {
    it(`${program}, whose client is made of files of the package, is audited`, async function () {
      if (!isSince('@anthropic-ai/sdk', '0.50.0')) skipBecause(this, 'clients were made of other files')
      expect(callsIn(await run(program))).to.deep.equal(['gcp.vertex_ai m 200', 'gcp.vertex_ai m 200'])
    })
  }

  it('programs with the packages of other clouds are audited, and each package is told of', async function () {
    const firsts = new Map((await installedClouds()).toReversed().map(cloud => [cloud.packageName, cloud]))
    const names = [...firsts.keys()]
    if (names.length === 0) skipBecause(this, 'no package of another cloud is installed')
    const audited = await run('cloud-packages.ts', { PACKAGES: names.join(',') })

    expect(callsIn(audited)).to.deep.equal(
      [...firsts.values()].flatMap(({ provider }) => WAYS.map(() => `${provider} m 200`)),
    )
    const told = audited.events.flatMap(({ event_type: of }) =>
      of.type === 'Security' && of.data.category.startsWith('Sdk')
        ? [[of.data.category, of.data.context['module']]]
        : [],
    )
    expect(told).to.deep.include.members(names.map(name => ['SdkAttached', name]))
    expect(told.filter(([category]) => category !== 'SdkAttached')).to.be.empty
  })
})

function callsIn({ events }: ProgramResult): string[] {
  return events.flatMap(({ event_type: of }) =>
    of.type === 'ApiCall' ? [`${of.data.provider} ${of.data.model} ${of.data.status_code}`] : [],
  )
}
