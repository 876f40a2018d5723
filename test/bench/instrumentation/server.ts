/** The model server, in a process of its own: its work is nobody's. */
import { startModelServer } from '../../support/model-server.ts'

const FORGET_EVERY_MILLIS = 200

const server = await startModelServer()
// It keeps what it received, for tests.
setInterval(() => server.clear(), FORGET_EVERY_MILLIS)
process.on('disconnect', () => process.exit())
process.send?.({ url: server.url })
