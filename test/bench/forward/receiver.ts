/** A collector that only counts, in a process of its own: `node receiver.ts`. Told `{ wait: n }`, it says when it has n records. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const RECORD = Buffer.from('"timeUnixNano":')
let count = 0
let wanted = Number.POSITIVE_INFINITY

const tell = (): void => {
  if (count < wanted) return
  wanted = Number.POSITIVE_INFINITY
  process.send?.({ count })
}
process.on('message', (message: { readonly wait: number }) => {
  wanted = message.wait
  tell()
})
process.on('disconnect', () => process.exit())

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    for (let at = body.indexOf(RECORD); at !== -1; at = body.indexOf(RECORD, at + RECORD.length)) count++
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    tell()
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
