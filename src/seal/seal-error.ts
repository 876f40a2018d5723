/** Why bytes that belong to a seal are refused. Reasons are stable: reports show them, programs match on them. */
export type SealReason =
  /** Two trusted keys share name and id but are different keys. */
  | 'ambiguous-key'
  /** The newer tree does not extend the older one. */
  | 'inconsistent-trees'
  /** A record or a subtree lies outside of the tree. */
  | 'index-outside-tree'
  /** A signature by a trusted key does not fit the text. */
  | 'invalid-signature'
  /** A note's text is no checkpoint. */
  | 'malformed-checkpoint'
  /** A hash is not 32 bytes long, or not in canonical base64. */
  | 'malformed-hash'
  /** A verifier key, signing key or key name is not in its text form, or contradicts its own key id. */
  | 'malformed-key'
  /** Bytes are no signed note. */
  | 'malformed-note'
  /** A size or an index is no decimal number without leading zeros. */
  | 'malformed-number'
  /** A file is no tlog-proof. */
  | 'malformed-proof'
  /** A tile has too few hashes, too many, or half of one; or a path names no tile. */
  | 'malformed-tile'
  /** A tile that the tree needs is not there. */
  | 'missing-tile'
  /** No trusted key signed the note. */
  | 'not-signed'
  /** A consistency proof from the empty tree says nothing. */
  | 'nothing-to-extend'
  /** A size or an index is above 2^53−1. */
  | 'number-too-large'
  /** A note, a proof or the number of signatures is larger than any real one. */
  | 'too-large'
  /** A key is of a type that Kansa does not know. */
  | 'unknown-key-type'
  /** A public key under which signatures can be made without its private key. */
  | 'unsafe-key'
  /** A proof has more or fewer hashes than the path it should prove. */
  | 'wrong-proof-length'
  /** The hashes lead to another root. */
  | 'wrong-root'

/** A part of the seal is not what it should be. */
export class SealError extends Error {
  override readonly name = 'SealError'
  readonly reason: SealReason

  constructor(reason: SealReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
