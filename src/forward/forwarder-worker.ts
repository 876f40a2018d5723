/** The thread that delivers: a forwarder group behind a port. */
import { parentPort, workerData } from 'node:worker_threads'
import { ForwarderGroup } from './forwarder-group.ts'
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.ts'

const settings: ThreadSettings = workerData
const answer = (message: FromThread): void => parentPort?.postMessage(message, [])
const group = new ForwarderGroup(settings, answer)
parentPort?.on('message', (message: ToThread) => void group.handle(message))
answer({ kind: 'ready' })
