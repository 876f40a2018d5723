/** What one agent SDK's folder says of itself: its packages, the versions it was tested with, and how to attach to it. */
import type { Patches } from './patches.ts'

/** `from` is in the range, `below` is not. */
export interface VersionRange {
  readonly from: string
  readonly below: string
}

/** One npm package whose exports are patched. */
export interface SdkPackage {
  /** As it is imported: `@langchain/core`. */
  readonly name: string
  /** Versions it was tested with, both ends. Others are left alone, and that is said. */
  readonly range: VersionRange
  /**
   * Files inside the package to attach to, with extension and forward slashes: `dist/callbacks/manager.js`. Default: the
   * package's own entry. Name the file of each module system.
   */
  readonly files?: readonly string[] | undefined
  /** Files to attach to besides the package's own entry, for who imports `openai/client` and never `openai`. */
  readonly besides?: readonly string[] | undefined
  /**
   * Attaches to one loaded copy of the package or file. A package that ships ES modules and CommonJS has two copies.
   * What it throws is reported as the reason why nothing is recorded.
   * @param exported the module's exports
   * @returns what `require` is to give instead, for exports that cannot be written; as a rule nothing
   */
  attach(exported: unknown, patches: Patches): unknown
}

/** One agent SDK. */
export interface Sdk {
  /** As `KANSA_INSTRUMENTATIONS` names it: `openai`. */
  readonly name: string
  readonly packages: readonly SdkPackage[]
  /** For an SDK with a hook on `globalThis` or a diagnostics channel: attaches without any module. */
  attachGlobally?(patches: Patches): void
  /** Attached only when it is asked for by name. Default false. */
  readonly optIn?: boolean | undefined
}
