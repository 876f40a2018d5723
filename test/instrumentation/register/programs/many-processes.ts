/** A program that asks a model in child processes, a worker thread and a member of a cluster. */
import { fork } from 'node:child_process'
import cluster from 'node:cluster'
import type { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

const asking = join(import.meta.dirname, 'ask.cjs')
const over = (of: EventEmitter): Promise<void> => new Promise(resolve => of.once('exit', () => resolve()))

cluster.setupPrimary({ exec: asking })
await Promise.all([over(fork(asking)), over(fork(asking)), over(new Worker(asking)), over(cluster.fork())])
