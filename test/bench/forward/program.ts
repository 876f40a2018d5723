/** One run of the forward suite: `node program.ts '<RunSettings as JSON>'` prints its values and processor time as JSON. */
import type { RunSettings, Values } from '../suite.ts'
import { catchUp } from './scenarios/catch-up.ts'
import { mainThread } from './scenarios/main-thread.ts'
import { mainThreadFaults } from './scenarios/main-thread-faults.ts'

const SCENARIOS: Readonly<Record<string, (settings: RunSettings) => Promise<Values>>> = {
  'catch-up': catchUp,
  'main-thread': mainThread,
  'main-thread-faults': mainThreadFaults,
}

const settings = JSON.parse(process.argv[2] ?? '{}') as RunSettings
const scenario = SCENARIOS[settings.scenario]
if (scenario === undefined) throw new Error(`no such scenario: ${settings.scenario}`)
// Deliveries keep no process alive.
const alive = setInterval(() => {}, 1000)
const values = await scenario(settings)
clearInterval(alive)
const { user, system } = process.cpuUsage()
process.stdout.write(JSON.stringify({ cpuMillis: (user + system) / 1000, values }))
process.exit()
