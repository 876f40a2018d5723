import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { OtlpReceiver } from '../support/otlp-receiver.ts'
import { blocksOf, ROOT } from './support/pages.ts'
import { UserFolder } from './support/user-folder.ts'

const PAGE = 'docs/cli.md'
const execute = promisify(execFile)

/** The lines of its shell blocks, each a command as a person would type it. */
const EXAMPLES = blocksOf(PAGE, 'sh').flatMap(block => block.replaceAll('\\\n', ' ').trimEnd().split('\n'))

describe(`every example of ${PAGE}`, () => {
  let folder: UserFolder
  /** Where OpenTelemetry Collectors listen, and where the page sends records to. */
  const collector = new OtlpReceiver(4318)

  before(async () => {
    await collector.start()
    folder = new UserFolder()
    mkdirSync(join(folder.path, 'bin'))
    folder.write('bin/kansa', `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist/cli/main.js')}' "$@"\n`)
    chmodSync(join(folder.path, 'bin/kansa'), 0o755)
    await run('kansa demo')
  })
  after(async () => {
    folder.remove()
    await collector.stop()
  })

  /** As typed into bash in a folder where an agent has worked; a failing command within a pipe counts. */
  const run = async (command: string): Promise<string> => {
    const env = { PATH: `${folder.path}/bin:${process.env['PATH']}`, HOME: folder.path, SHELL: '/bin/bash' }
    const options = { cwd: folder.path, env, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 }
    const { stdout } = await execute('bash', ['-euc', `set -o pipefail; ${command}`], options)
    return stdout
  }

  it('is found', () => expect(EXAMPLES).to.have.length.above(30))

  for (const example of EXAMPLES) {
    it(`works: ${example}`, async () => {
      await run(example)
    })
  }

  describe('that stands for a habit of jq', () => {
    const habits: readonly (readonly [kansa: string, jq: string])[] = [
      ['kansa query', 'jq -c . audit/audit.jsonl'],
      ['kansa query --type agent', `jq -c 'select(.event_type.type == "AgentExecution")' audit/audit.jsonl`],
      [
        'kansa query --sum tokens_consumed | jq .sum_tokens_consumed',
        `jq 'select(.event_type.type == "TokenUsage") | .event_type.data.tokens_consumed' audit/audit.jsonl | awk '{sum+=$1} END {print sum}'`,
      ],
      [
        'kansa query --type security --severity critical',
        `jq -c 'select(.event_type.type == "Security" and .event_type.data.severity == "Critical")' audit/audit.jsonl`,
      ],
      [
        `kansa query --count-by day --utc | jq -r '"\\(.count) \\(.day)"'`,
        `jq -r '.timestamp[:10]' audit/audit.jsonl | sort | uniq -c | sed 's/^ *//'`,
      ],
    ]
    for (const [kansa, jq] of habits) {
      it(`says the same: ${kansa}`, async () => {
        const [ours, theirs] = await Promise.all([run(kansa), run(jq)])
        expect(theirs.trim()).to.not.equal('')
        expect(ours).to.equal(theirs)
      })
    }
  })
})
