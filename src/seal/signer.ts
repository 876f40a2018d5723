/** Who signs notes and who checks the signatures: the interfaces that other keys, a KMS for example, can implement. */

/** Checks signatures of one key. */
export interface Verifier {
  /** The key's name: no spaces, no plus sign. For a log, its origin. */
  readonly name: string
  /** Names the key together with `name`: a 32-bit number, big-endian in a signature line. */
  readonly keyId: number
  /** The key as text, for those who check; absent where checking takes a secret. */
  readonly vkey?: string
  /** Whether these are the bytes of a signature of `text`, without the key id before them. Does not throw. */
  verify(text: Uint8Array, signature: Uint8Array): boolean
}

/** Signs with one key. */
export interface Signer {
  /** Checks what `sign` returns. Every signature is checked before it is used. */
  readonly verifier: Verifier
  /**
   * The signature of `text`, without the key id. May take its time, and may fail: records are stored meanwhile, and
   * sealed by a later signature. A process that exits can only be sealed to its end by a signer that returns no promise.
   */
  sign(text: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** A signer that answers at once. */
export interface LocalSigner extends Signer {
  sign(text: Uint8Array): Uint8Array
}
