/**
 * An agent that puts secrets everywhere: `node careless-agent.ts '<AgentPlan as JSON>'`. Prints every message that it
 * is told or that was thrown, as an application would log it, and dies of an error that nobody caught.
 */
import { inspect } from 'node:util'
import { initAuditLogger } from '../../../src/index.ts'
import { ADDRESS, EARLY, LAST, PLANTS, secretsOf, SURROUNDINGS } from '../support/plants.ts'
import type { AgentPlan } from '../support/careless-agent.ts'

const { dir, url, otlpHeader, options }: AgentPlan = JSON.parse(process.argv[2] ?? '{}')

const told = (error: unknown): void => console.log(inspect(error, { depth: 10 }))

for (const { text } of secretsOf(EARLY)) EARLY.put(text)
const audit = initAuditLogger({
  dir,
  otlp: [
    { url, headers: { authorization: otlpHeader }, compression: 'gzip' },
    // Nobody listens there, which takes time: it is tried with default options only.
    ...(Object.keys(options).length === 0
      ? [{ url: `http://agent:${secretsOf(ADDRESS)[0]?.secret}@127.0.0.1:9/v1/logs` }]
      : []),
  ],
  resource: Object.fromEntries(secretsOf(SURROUNDINGS).map(({ text }, index) => [`app.note.${index}`, text])),
  onError: told,
  ...options,
})
for (const plant of PLANTS) {
  for (const { text } of secretsOf(plant)) {
    try {
      await plant.put(audit, text)
    } catch (error) {
      told(error)
    }
  }
}
await audit.flush().catch(told)
// So that the destination has everything, and still the process ends as it does when something goes wrong.
for (const { text } of secretsOf(LAST)) LAST.put(audit, text)
setImmediate(() => {
  throw new Error('nobody catches this')
})
