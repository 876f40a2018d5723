/** The key of the marks as an audit folder keeps it. */
import { KansaError } from '../errors.ts'
import { keptRedactionKey, storeRedactionKey } from '../journal/redaction-key.ts'
import type { FileModes } from '../journal/log-files.ts'

/** Owned by the exporter that writes the folder. */
export class FolderKey {
  private readonly modes: Pick<FileModes, 'dirMode'>
  private folder: string | undefined
  private key: Buffer | undefined

  constructor(modes: Pick<FileModes, 'dirMode'>) {
    this.modes = modes
  }

  /**
   * The key of the audit folder, so that all writers below it leave equal marks; of a further writer that cannot get at it,
   * one of its own.
   * @throws KansaError `KANSA_INVALID_KEY` or `KANSA_DIR_UNUSABLE`
   */
  read(main: string, own: string): Buffer {
    try {
      this.key = keptRedactionKey(main, this.modes)
      this.folder = main
    } catch (error) {
      const isUnreadable = error instanceof KansaError && error.code === 'KANSA_DIR_UNUSABLE'
      if (main === own || !isUnreadable) throw error
      this.key = keptRedactionKey(own, this.modes)
      this.folder = own
    }
    return this.key
  }

  /** To be called when the folder was made anew. */
  restore(): void {
    if (this.folder !== undefined && this.key !== undefined) storeRedactionKey(this.folder, this.key, this.modes)
  }
}
