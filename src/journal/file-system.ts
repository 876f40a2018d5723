/** Which kind of file system a folder is on, where that matters for a log. */
import { statfsSync } from 'node:fs'

export interface FileSystem {
  /** Its usual name. */
  readonly type: string
  /**
   * `network`: a server, not this kernel, decides about locks, renames and durability. `memory`: gone when power is.
   * `container`: the layer of a container, gone when that is removed.
   */
  readonly kind: 'network' | 'memory' | 'container'
}

/** By `f_type`. */
const FILE_SYSTEMS: ReadonlyMap<number, FileSystem> = new Map([
  [0x6969, { type: 'NFS', kind: 'network' }],
  [0x517b, { type: 'SMB', kind: 'network' }],
  [0xff534d42, { type: 'CIFS', kind: 'network' }],
  [0xfe534d42, { type: 'SMB2', kind: 'network' }],
  [0x01021997, { type: '9P', kind: 'network' }],
  [0x5346414f, { type: 'AFS', kind: 'network' }],
  [0x00c36400, { type: 'Ceph', kind: 'network' }],
  [0x0bd00bd0, { type: 'Lustre', kind: 'network' }],
  [0x47504653, { type: 'GPFS', kind: 'network' }],
  [0x01021994, { type: 'tmpfs', kind: 'memory' }],
  [0x858458f6, { type: 'ramfs', kind: 'memory' }],
  [0x794c7630, { type: 'overlayfs', kind: 'container' }],
])

/** Undefined for an ordinary disk, and where a sandbox does not tell. */
export function fileSystemOf(dir: string): FileSystem | undefined {
  try {
    return FILE_SYSTEMS.get(statfsSync(dir).type >>> 0)
  } catch {
    // Not being told is no reason to refuse it.
    return undefined
  }
}
