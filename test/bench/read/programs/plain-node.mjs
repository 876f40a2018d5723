// node plain-node.mjs '<question as JSON>' <files…>: prints the matching lines, or one line per kind with count and sum.
// Plain JavaScript: nobody's clock includes taking types out.
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const [question, ...files] = process.argv.slice(2)
const { actor, kind, since, until, sum } = JSON.parse(question)
const totals = new Map()

for (const file of files) {
  const reading = createInterface({ input: createReadStream(file), crlfDelay: Infinity })
  reading.on('line', sum === undefined ? select : add)
  await once(reading, 'close')
}
for (const [type, row] of totals) console.log(JSON.stringify({ type, ...row }))

function select(line) {
  const event = JSON.parse(line)
  if (event.actor_id !== actor || event.event_type.type !== kind) return
  if (since !== undefined && (event.timestamp < since || event.timestamp >= until)) return
  console.log(line)
}

function add(line) {
  const { type, data } = JSON.parse(line).event_type
  const row = totals.get(type) ?? { count: 0, sum: 0 }
  row.count += 1
  row.sum += data[sum] ?? 0
  totals.set(type, row)
}
