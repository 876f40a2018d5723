/** One SDK as an instrumentation of OpenTelemetry's: enabled, disabled and registered like any other. */
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation'
import type { InstrumentationConfig, InstrumentationModuleDefinition } from '@opentelemetry/instrumentation'
import { messageOf } from '../errors.ts'
import { noteCallable, noteCalled, noteInstrumented, noteUninstrumented } from '../pipeline/instrumented-sdks.ts'
import { VERSION } from '../pipeline/version.ts'
import { noteAttachment } from './attachments.ts'
import { Patches } from './patches.ts'
import type { Sdk, SdkPackage } from './sdk.ts'
import { isInRange, rangeText } from './version-range.ts'

const EVERY_VERSION = ['*']

/** A loaded copy of a package or file. */
interface Loaded {
  readonly from: SdkPackage
  /** The package, or the file with the package before it. */
  readonly module: string
  readonly version: string | undefined
  readonly exported: unknown
  /** What is used in place of the exports, where these cannot be written. */
  readonly replaced?: unknown
}

interface Config extends InstrumentationConfig {
  readonly sdk: Sdk
}

/**
 * Disabled until `enable()`, which `registerInstrumentations` and `registerAuditInstrumentations` call. Nothing of it
 * uses the tracer or meter: what it sees goes to the audit log.
 */
export class AuditInstrumentation extends InstrumentationBase<Config> {
  readonly sdk: Sdk
  private readonly patches = new Patches({
    patched: () => noteCallable(this.sdk.name),
    called: () => noteCalled(this.sdk.name),
  })
  // Owned by this object: every copy that was met, so that enabling again reaches them all.
  private readonly loaded: Loaded[] = []

  constructor(sdk: Sdk) {
    super(`kansa/${sdk.name}`, VERSION, { enabled: false, sdk })
    this.sdk = sdk
  }

  /** Runs before the fields of this class exist: the patches it makes are called later. */
  protected override init(): InstrumentationModuleDefinition[] {
    return this.getConfig().sdk.packages.map(from => {
      const meet =
        (module: string) =>
        (exported: unknown, version?: string): unknown =>
          this.meet({ from, module, version, exported })
      const pathOf = (file: string): string => `${from.name}/${file}`
      const { files, besides = [] } = from
      const parts = [
        ...(files ?? []).map(file => ({ path: pathOf(file), module: pathOf(file) })),
        // To the user it is the package, by whichever of its paths.
        ...besides.map(file => ({ path: pathOf(file), module: from.name })),
      ]
      const definition: InstrumentationModuleDefinition = new InstrumentationNodeModuleDefinition(
        from.name,
        // Which versions are left alone is ours to say, and to report.
        EVERY_VERSION,
        files === undefined ? meet(from.name) : undefined,
        undefined,
        parts.map(({ path, module }) => new InstrumentationNodeModuleFile(path, EVERY_VERSION, meet(module), () => {})),
      )
      definition.includePrerelease = true
      return definition
    })
  }

  override enable(): void {
    if (this.isEnabled()) return
    noteInstrumented(this.sdk.name)
    // Those that were met before; what the base class shows again is known then.
    for (const [index, loaded] of this.loaded.entries()) this.loaded[index] = this.attach(loaded)
    const { sdk } = this
    if (sdk.attachGlobally !== undefined) this.note(undefined, undefined, () => sdk.attachGlobally?.(this.patches))
    super.enable()
  }

  override disable(): void {
    super.disable()
    this.patches.undo()
    noteUninstrumented(this.sdk.name)
  }

  /**
   * Attaches to a module that was loaded before, or that no loader hook sees (a bundle): its exports, or its class.
   * @param packageName of the SDK's packages. Default: the first
   */
  attachTo(exported: unknown, packageName?: string): void {
    const { packages } = this.sdk
    const from = packageName === undefined ? packages[0] : packages.find(({ name }) => name === packageName)
    if (from !== undefined) this.meet({ from, module: from.name, version: undefined, exported })
  }

  /** @returns what the application is to get */
  private meet(met: Loaded): unknown {
    const known = this.loaded.find(({ exported }) => exported === met.exported)
    const loaded = known ?? (this.isEnabled() ? this.attach(met) : met)
    if (known === undefined) this.loaded.push(loaded)
    return loaded.replaced ?? loaded.exported
  }

  private attach(loaded: Loaded): Loaded {
    const { from, module, version, exported } = loaded
    let { replaced } = loaded
    this.note(module, version, () => {
      if (version !== undefined && !isInRange(version, from.range)) {
        throw new RangeError(`this version of Kansa knows ${from.name} ${rangeText(from.range)}`)
      }
      replaced = from.attach(replaced ?? exported, this.patches) ?? replaced
    })
    return { ...loaded, replaced }
  }

  private note(module: string | undefined, version: string | undefined, attach: () => void): void {
    let problem: string | undefined
    try {
      attach()
    } catch (error) {
      problem = messageOf(error)
    }
    // What has packages is attached to when one of them is there.
    if (module === undefined && problem === undefined && this.sdk.packages.length > 0) return
    noteAttachment({ sdk: this.sdk.name, module, version, problem })
  }
}
