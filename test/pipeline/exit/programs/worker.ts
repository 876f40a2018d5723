/** A main thread and a worker that log to one folder. Arguments: folder, how the worker ends. */
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { createAuditLogger } from '../../../../src/index.ts'

const [, , dir = '', way = ''] = process.argv
const folder: unknown = isMainThread ? dir : workerData.dir
const audit = createAuditLogger({ dir: String(folder), onLocked: 'own-folder' })
audit.logToolCall({ toolName: isMainThread ? 'main' : 'worker' })
if (isMainThread) startWorker()
else if (workerData.way === 'exit') process.exit()

function startWorker(): Worker {
  return new Worker(new URL(import.meta.url), { workerData: { dir, way } })
}
