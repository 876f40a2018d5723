/** A masker whose rules are plain to see, for tests of when and where is masked; what a secret is has its own tests. */
import type { EventMasker, EventMasking } from '../../src/events/masking.ts'

const NAMES = new Set(['password', 'authorization', 'pin'])
const TOKEN = /sk-[a-z0-9]{8,}/g
const CUT_TOKEN = /sk-[a-z0-9]*$/

export interface MarkingOptions {
  /** Everything below this path is secret. */
  readonly secretPath?: string
  readonly mask?: (text: string, path: string) => string
}

/** Masks `sk-` with eight letters or digits, and what stands under `password`, `authorization` and `pin`. */
export class MarkingMasker implements EventMasker {
  /** Every text that was looked at, with its place. */
  readonly seen: { readonly text: string; readonly path: string }[] = []
  private readonly options: MarkingOptions

  constructor(options: MarkingOptions = {}) {
    this.options = options
  }

  begin(): EventMasking {
    const { options, seen } = this
    let counts: Record<string, number> | undefined
    const marked = (kind: string): string => {
      counts = { ...counts, [kind]: (counts?.[kind] ?? 0) + 1 }
      return `[REDACTED:${kind}:0123456789ab]`
    }
    return {
      hasPaths: options.secretPath !== undefined || options.mask !== undefined,
      isSecretName: name => NAMES.has(name.toLowerCase()),
      isSecretPath: path => path === options.secretPath,
      maskWhole: value => (value === '' || value.startsWith('[REDACTED:') ? value : marked('named')),
      maskText: (text, path, isCut = false) => {
        seen.push({ text, path })
        const whole = text.replaceAll(TOKEN, () => marked('token'))
        const masked = isCut ? whole.replace(CUT_TOKEN, () => marked('token')) : whole
        return options.mask?.(masked, path) ?? masked
      },
      get counts() {
        return counts
      },
    }
  }
}

export const SECRET = 'sk-abcdefgh12345678'
export const TOKEN_MARK = '[REDACTED:token:0123456789ab]'
export const NAMED_MARK = '[REDACTED:named:0123456789ab]'
