/** One run of the forward suite: `node program.ts '<RunSettings as JSON>'` prints its values and processor time as JSON. */
import type { RunSettings, Values } from '../suite.ts'
import { catchUp } from './scenarios/catch-up.ts'
import { mainThread } from './scenarios/main-thread.ts'

const settings = JSON.parse(process.argv[2] ?? '{}') as RunSettings
// Deliveries keep no process alive.
const alive = setInterval(() => {}, 1000)
const values: Values = settings.scenario === 'catch-up' ? await catchUp(settings) : await mainThread(settings)
clearInterval(alive)
const { user, system } = process.cpuUsage()
process.stdout.write(JSON.stringify({ cpuMillis: (user + system) / 1000, values }))
process.exit()
