/** What requests are put together from: each record is encoded once, however often it is sent. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'

/** The resource and scope around records, encoded. Records with the same frame object that follow each other share it. */
export interface Frame {
  readonly before: Buffer
  readonly after: Buffer
}

/** Its bytes in pieces: what was encoded is sent from where it lies. */
export type RequestBody = readonly Uint8Array[]

/** A record as it stands in a request: a part of a buffer. */
export interface FragmentBytes {
  readonly slab: Buffer
  readonly from: number
  readonly to: number
}

export interface Fragment {
  readonly bytes: FragmentBytes
  readonly frame: Frame
}

export interface RequestParts {
  /** What is around this record. */
  frameOf(record: ReadableLogRecord): Frame
  fragmentOf(record: ReadableLogRecord): Buffer
  /** At most so many bytes a request has beyond its fragments and frames. */
  readonly requestBytes: number
  /** The same for each frame in it. */
  readonly frameBytes: number
  /** The records keep their order, which is the log's: other than OpenTelemetry's, a request may have a frame twice. */
  join(fragments: readonly Fragment[]): RequestBody
}

/** Fragments that follow each other within the same frame. */
export interface FrameGroup {
  readonly frame: Frame
  /** Their bytes, in as few pieces as they lie in. */
  readonly pieces: readonly Buffer[]
}

export function groupByFrame(fragments: readonly Fragment[]): FrameGroup[] {
  const groups: FrameGroup[] = []
  let frame: Frame | undefined
  let pieces: Buffer[] = []
  let run: { readonly slab: Buffer; readonly from: number; to: number } | undefined
  const endRun = (): void => {
    if (run !== undefined) pieces.push(run.slab.subarray(run.from, run.to))
    run = undefined
  }
  for (const { bytes, frame: its } of fragments) {
    if (its !== frame) {
      endRun()
      frame = its
      pieces = []
      groups.push({ frame, pieces })
    }
    if (run?.slab === bytes.slab && run.to === bytes.from) run.to = bytes.to
    else {
      endRun()
      run = { ...bytes }
    }
  }
  endRun()
  return groups
}
