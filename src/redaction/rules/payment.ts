import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64, BASE64URL, HEX, UUID, isMixed, token } from './token.ts'

/** Keys of payment services and shops. */
export const PAYMENT_RULES: readonly TokenRule[] = [
  token('stripe-key', ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'], `[rs]k_(?:live|test)_${ALNUM}{24,250}`),
  token('webhook-secret', ['whsec_'], `whsec_${BASE64}{32,128}={0,2}`),
  token(
    'square-token',
    ['sq0atp-', 'sq0csp-', 'EAAA'],
    `sq0atp-${BASE64URL}{22}|sq0csp-${BASE64URL}{43}|EAAA${BASE64URL}{60}(?![+/=])`,
    { accepts: isMixed },
  ),
  token(
    'braintree-token',
    ['access_token$'],
    String.raw`access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$${HEX}{32}`,
  ),
  token('shopify-token', ['shpat_', 'shpss_', 'shpca_', 'shppa_', 'shptka_'], `shp(?:at|ss|ca|pa|tka)_${ALNUM}{32,64}`),
  token(
    'plaid-token',
    ['access-sandbox-', 'access-development-', 'access-production-'],
    `access-(?:sandbox|development|production)-${UUID}`,
  ),
  // Encrypted data, its key hash and a part that may hold punctuation.
  token('adyen-key', ['AQE'], String.raw`AQE${BASE64}{20,250}={0,2}-${BASE64}{43}=-[^\s"'<>,\\]{16}`),
  token('razorpay-key', ['rzp_live_', 'rzp_test_'], `rzp_(?:live|test)_${ALNUM}{14}`),
  token('flutterwave-key', ['FLWSECK-', 'FLWSECK_TEST-'], `FLWSECK(?:_TEST)?-${ALNUM}{32}-X`),
  token('mollie-key', ['live_'], `live_${ALNUM}{30,35}`, { accepts: isMixed }),
  token('paddle-key', ['pdl_live_', 'pdl_sdbx_'], `pdl_(?:live|sdbx)_apikey_${ALNUM}{26}_${ALNUM}{22}_${ALNUM}{3}`),
]
