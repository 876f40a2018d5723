/**
 * A process that logs, and makes others of its code that log into the same folder: `cluster` (four workers, of which one
 * kills itself), `fork` (a child), or `worker` (two threads). Arguments: folder, way. Says `logged <ids>` for each logger.
 */
import { fork } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { createAuditLogger } from '../../../src/index.ts'
import { say } from './say.ts'

const [, , dir = '', way = '', role = 'first'] = isMainThread ? process.argv : workerData
const isFirst = role === 'first' && cluster.isPrimary && isMainThread
const audit = createAuditLogger({ dir, onLocked: 'own-folder', maxFileBytes: 4096 })
const ids = Array.from({ length: 30 }, (_, index) => audit.logToolCall({ toolName: `tool-${index}` }).id)
await audit.flush()
say(`logged ${ids.join(' ')}`)
if (isFirst) await startOthers()
else if (cluster.worker?.id === 1) process.kill(process.pid, 'SIGKILL')
await audit.shutdown()
if (isMainThread) process.exit(0)

async function startOthers(): Promise<void> {
  if (way === 'cluster') {
    cluster.setupPrimary({ args: [dir, way] })
    const workers = Array.from({ length: 4 }, () => cluster.fork())
    await Promise.all(workers.map(worker => once(worker, 'exit')))
  } else if (way === 'fork') {
    await once(fork(import.meta.filename, [dir, way, 'child']), 'exit')
  } else {
    const argv = ['', '', dir, way, 'thread']
    const threads = Array.from({ length: 2 }, () => new Worker(import.meta.filename, { workerData: argv }))
    await Promise.all(threads.map(thread => once(thread, 'exit')))
  }
}
