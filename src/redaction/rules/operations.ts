import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64, BASE64URL, HEX, UUID, isMixed, token } from './token.ts'

/** Keys of build services, monitoring, feature flags and databases. */
export const OPERATION_RULES: readonly TokenRule[] = [
  token('circleci-token', ['CCIPAT_', 'CCIPRJ_'], `CCIP(?:AT|RJ)_${ALNUM}{20,24}_${HEX}{40}`),
  token('buildkite-token', ['bkua_'], `bkua_${HEX}{40}`),
  token(
    'new-relic-key',
    ['NRAK-', 'NRJS-', 'NRII-', 'NRIQ-'],
    `NRAK-[A-Z0-9]{27}|NRJS-${HEX}{19}|NRI[IQ]-${BASE64URL}{32}`,
  ),
  token('new-relic-license', ['NRAL'], `${HEX}{36}NRAL`, { lead: 36 }),
  token('grafana-token', ['glsa_', 'glc_'], `glsa_${ALNUM}{32}_[0-9A-Fa-f]{8}|glc_${BASE64}{32,400}={0,2}`),
  token('grafana-key', ['eyJrIjoi'], `eyJrIjoi${BASE64}{60,400}={0,2}`),
  token('sentry-token', ['sntrys_', 'sntryu_'], `sntryu_${HEX}{64}|sntrys_eyJ${BASE64}{60,500}={0,2}_${BASE64}{40,50}`),
  token(
    'dynatrace-token',
    ['dt0c01.', 'dt0s01.', 'dt0s02.', 'dt0s08.', 'dt0s16.'],
    String.raw`dt0[cs][0-9]{2}\.[A-Z0-9]{8,24}\.[A-Z0-9]{64}`,
  ),
  token('honeycomb-key', ['hcaik_', 'hcbik_', 'hcxik_', 'hcxlk_'], 'hc(?:[abx]ik|xlk)_[A-Za-z0-9_]{32,80}'),
  token('posthog-key', ['phx_'], `phx_${ALNUM}{43,48}`),
  token('axiom-token', ['xaat-', 'xapt-'], `xa(?:at|pt)-${UUID}`),
  token('launchdarkly-key', ['sdk-'], `sdk-${UUID}`),
  token('statsig-key', ['secret-'], `secret-${ALNUM}{43}`, { accepts: isMixed }),
  token('stytch-secret', ['secret-live-', 'secret-test-'], `secret-(?:live|test)-${BASE64URL}{35,48}={0,2}`),
  token('supabase-key', ['sbp_', 'sb_secret_'], `sbp_(?:v0_)?${HEX}{40}|sb_secret_${BASE64URL}{28,48}`),
  token('databricks-token', ['dapi', 'dose'], `(?:dapi|dose)${HEX}{32}(?:-[0-9])?`),
  token(
    'planetscale-secret',
    ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'],
    `pscale_(?:tkn|pw|oauth)_${BASE64URL}{32,64}`,
  ),
  token('neon-key', ['napi_'], 'napi_[a-z0-9]{60,72}'),
  token('mongodb-atlas-secret', ['mdb_sa_sk_'], `mdb_sa_sk_${BASE64URL}{36,48}`),
  token('aiven-password', ['AVNS_'], `AVNS_${BASE64URL}{19}`),
  token('confluent-secret', ['cflt'], `cflt${BASE64}{60}`),
]
