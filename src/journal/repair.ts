/** What opening a log found that a crash, or somebody, left behind, and what it did about it. Each one is recorded. */
export type Repair =
  /**
   * Bytes that are no record. `torn-line`: the last line has no end. `nul-bytes`: nothing but NULs. `not-a-record`:
   * complete lines that are no JSON objects. `other-program`: a file of another program, without `seq`, that became a
   * backup untouched. `unmovable-tail`: could not be set aside (disk full); its file became a backup as it is.
   * `torn-checkpoint`: the history of checkpoints ended within one. `file` is where the bytes are now.
   */
  | {
      readonly kind: 'torn-line' | 'nul-bytes' | 'not-a-record' | 'other-program' | 'unmovable-tail' | 'torn-checkpoint'
      readonly file: string
      readonly bytes: number
    }
  /** Records that no checkpoint covered, part of the tree from now on: they could have been written while nobody watched. */
  | { readonly kind: 'adopted-unsealed'; readonly firstSeq: number; readonly lastSeq: number }
  /** Records that a checkpoint covers are not there. They stay missing. */
  | { readonly kind: 'missing-records'; readonly firstSeq: number; readonly lastSeq: number }
  /** Unsealed lines behind a gap in `seq`, beginning with `foundSeq` instead of `expectedSeq`, were moved to `file`. */
  | {
      readonly kind: 'sequence-gap'
      readonly file: string
      readonly bytes: number
      readonly expectedSeq: number
      readonly foundSeq: number
    }
  /** The tiles were lost and are made anew from the lines, which lead to the root that was signed. */
  | { readonly kind: 'tiles-rebuilt' }
  /** The newest checkpoint stood in only one of its two files. */
  | { readonly kind: 'checkpoint-restored'; readonly size: number }
  /** The log could not be continued without a fork: it is in `dir` now, and a new one with another origin was begun. */
  | {
      readonly kind: 'log-set-aside'
      readonly dir: string
      readonly reason: string
      readonly oldOrigin: string | undefined
      /** The whole note, where one was readable. */
      readonly oldCheckpoint: string | undefined
    }

export type BadTailKind = 'torn-line' | 'nul-bytes' | 'not-a-record'
