/** A thread that reads parts of files. The files are open: descriptors are the process's, not a thread's. */
import { parentPort } from 'node:worker_threads'
import { messageOf } from '../errors.ts'
import { readLineBlock } from './line-block.ts'
import type { FilePart } from './line-block.ts'
import type { PartAnswer } from './block-threads.ts'

parentPort?.on('message', (part: FilePart) => {
  const { answer, memory } = answerTo(part)
  parentPort?.postMessage(answer, memory)
})

/** What is sent back, and the memory that goes with it instead of being copied. */
function answerTo(part: FilePart): { answer: PartAnswer; memory: ArrayBuffer[] } {
  try {
    const { hashes, seqs, ends, tiles, ...rest } = readLineBlock(part)
    const answer = { ...rest, hashes: owned(hashes), seqs: seqs.slice(), ends: ends.slice(), tiles }
    return { answer, memory: [answer.hashes.buffer, answer.seqs.buffer, answer.ends.buffer] }
  } catch (error) {
    return { answer: { error: messageOf(error) }, memory: [] }
  }
}

function owned(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
