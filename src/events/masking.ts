/**
 * What masks the secrets of an event while it is built. Only the interface is here: an event knows when its texts are
 * masked, `redaction/` knows what a secret looks like.
 */

/** Masks the secrets of events. */
export interface EventMasker {
  /** For one event: what it has masked is counted there. Whoever builds the event owns it. */
  begin(): EventMasking
  /**
   * Short texts in which nothing was found, so that names which come with every event are not searched each time. Owned by
   * `TextMasking`. Absent where the place of a text decides too.
   */
  readonly knownClean?: Set<string>
}

/** The masking of one event. No method throws. */
export interface EventMasking {
  /** True where everything under a member of this name is secret (`password`, `apiKey`, `Authorization` …). */
  isSecretName(name: string): boolean
  /** The mark for a whole value that stands under a secret name: `[REDACTED:kind:hmac]`. Empty text stays empty. */
  maskWhole(value: string, name: string): string
  /**
   * `text` with its secrets replaced; the same string where there are none. `path` is where it stands, for example
   * `data.parameters.env.HOME`. `isCut`: the text goes on, so what may be the beginning of a secret at its end is one.
   */
  maskText(text: string, path: string, isCut?: boolean): string
  /** False where nothing of the user's asks for the path within a field: the walk need not build them. */
  readonly hasPaths: boolean
  /** True where a path rule of the user's says that everything at `path` is masked. */
  isSecretPath(path: string): boolean
  /** Kind → count so far; `undefined` while nothing was masked. */
  readonly counts: Readonly<Record<string, number>> | undefined
}
