/** Attaching to SDKs from code, and as instrumentations among others of OpenTelemetry's. */
import { KansaError } from '../errors.ts'
import { AuditInstrumentation } from './audit-instrumentation.ts'
import { checkedChoice, unknownText } from './chosen-sdks.ts'
import { installLoaderHooks } from './loader-hooks.ts'
import { SDKS } from './sdks.ts'

export interface AuditInstrumentationOptions {
  /**
   * Names, as in `KANSA_INSTRUMENTATIONS`: `['openai', 'mcp']` these only, `['-openai']` all but that, `['+undici']` that
   * too. Default: all but those that are only attached when named.
   */
  instrumentations?: readonly string[] | undefined
  /**
   * What was imported before, by the SDK's name or the package's: what a static import gave (`import OpenAI from
   * 'openai'`). Static imports run before any code does, and are not seen without `kansa/register`.
   */
  modules?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Instrumentations for `registerInstrumentations` or `new NodeSDK({ instrumentations })`. They are enabled there.
 * @throws KansaError `KANSA_INVALID_OPTION` for a name that no instrumentation has
 */
export function auditInstrumentations(options: AuditInstrumentationOptions = {}): AuditInstrumentation[] {
  const { instrumentations, modules = {} } = options
  const made = checkedChoice(instrumentations, SDKS).map(sdk => new AuditInstrumentation(sdk))
  for (const [name, exported] of Object.entries(modules)) {
    const sdk = SDKS.find(each => each.name === name || each.packages.some(({ name: npm }) => npm === name))
    // A misspelt name must not pass unnoticed.
    if (sdk === undefined) throw new KansaError('KANSA_INVALID_OPTION', unknownText([name], SDKS))
    const packageName = sdk.packages.find(({ name: npm }) => npm === name)?.name
    made.find(each => each.sdk === sdk)?.attachTo(exported, packageName)
  }
  return made
}

/**
 * Attaches to the agent SDKs of this process: to those that are `require`d or imported from now on, and to `modules`. To be
 * called once, before them. Everything goes to the process-wide logger, also one that comes later.
 * @returns what takes it all back
 * @throws KansaError `KANSA_INVALID_OPTION` for a name that no instrumentation has
 */
export function registerAuditInstrumentations(options: AuditInstrumentationOptions = {}): () => void {
  const instrumentations = auditInstrumentations(options)
  installLoaderHooks(instrumentations.map(({ sdk }) => sdk))
  for (const each of instrumentations) each.enable()
  return () => instrumentations.forEach(each => each.disable())
}
