import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64, BASE64URL, HEX, token } from './token.ts'

/** BIP 173, in capitals and in small letters. */
const BECH32_CAPITALS = '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]'
const BECH32 = '[qpzry9x8gf2tvdw0s3jn54khce6mua7l]'

/** Tokens of the places where secrets are kept, and private keys that are one word. */
export const KEY_STORE_RULES: readonly TokenRule[] = [
  token('vault-token', ['hvs.', 'hvb.', 'hvr.'], String.raw`hv[brs]\.${BASE64URL}{24,300}`),
  token(
    'doppler-token',
    ['pt', 'st', 'ct', 'sa', 'scim', 'audit'].map(kind => `dp.${kind}.`),
    String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?${ALNUM}{40,44}`,
  ),
  token('onepassword-token', ['ops_eyJ'], `ops_eyJ[A-Za-z0-9+/_-]{100,2000}={0,2}`),
  token(
    'onepassword-secret-key',
    ['A3-'],
    'A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}',
  ),
  // The first part is the number of a document that begins with the time: 6 until 2029, 7 until 2038.
  token('infisical-token', ['st.6', 'st.7'], String.raw`st\.[67]${HEX}{23}\.${HEX}{32,64}\.${HEX}{32,64}`),
  // age: the identity's private key (C2SP age, Bech32).
  token('age-key', ['AGE-SECRET-KEY-1', 'AGE-SECRET-KEY-PQ-1'], `AGE-SECRET-KEY-(?:PQ-)?1${BECH32_CAPITALS}{58,80}`),
  // What signs this log (C2SP signed-note): name, key hash and the algorithm's byte with the seed.
  token(
    'note-signing-key',
    ['PRIVATE+KEY+'],
    String.raw`PRIVATE\+KEY\+[!-*,-~]{1,255}\+${HEX}{8}\+${BASE64}{43,90}={0,2}`,
  ),
  token('bitcoin-extended-key', ['xprv', 'yprv', 'zprv'], '[xyz]prv[1-9A-HJ-NP-Za-km-z]{107,108}'),
  token('nostr-key', ['nsec1'], `nsec1${BECH32}{58}`),
]
