import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64URL, HEX, UUID, isMixed, token } from './token.ts'

/** Keys of what agents reach for: search, browsers, sandboxes, documents, boards. */
export const AGENT_TOOL_RULES: readonly TokenRule[] = [
  token('tavily-key', ['tvly-'], `tvly-(?:dev-|prod-)?${BASE64URL}{32,64}`),
  token('firecrawl-key', ['fc-'], `fc-${HEX}{32}`),
  token('brave-search-key', ['BSA'], `BSA${BASE64URL}{27,28}`, { accepts: isMixed }),
  token('apify-token', ['apify_api_'], `apify_api_${ALNUM}{36}`),
  token('browserbase-key', ['bb_live_'], `bb_live_${BASE64URL}{27}`),
  token('e2b-key', ['e2b_'], `e2b_${HEX}{40}`),
  token('context7-key', ['ctx7sk-'], `ctx7sk-${UUID}`),
  token('cursor-key', ['key_'], `key_${HEX}{64}`),
  token('linear-key', ['lin_api_', 'lin_oauth_'], `lin_(?:api|oauth)_${ALNUM}{32,128}`),
  token('notion-token', ['ntn_', 'secret_'], `(?:ntn_[0-9]{11}${ALNUM}{35}|secret_${ALNUM}{43})`, { accepts: isMixed }),
  token('figma-token', ['figd_', 'figu_', 'figo_'], `fig[duo]_${BASE64URL}{40,200}`),
  token('postman-key', ['PMAK-'], `PMAK-${HEX}{24}-${HEX}{34}`),
  token('contentful-token', ['CFPAT-'], `CFPAT-${BASE64URL}{43}`),
  token('typeform-token', ['tfp_'], `tfp_${BASE64URL}{40,64}`),
  token('clickup-token', ['pk_'], 'pk_[0-9]{5,12}_[A-Z0-9]{32}'),
  token('trello-token', ['ATTA'], `ATTA${ALNUM}{60,76}`),
  token('readme-key', ['rdme_'], 'rdme_[a-z0-9]{70}'),
  token('retool-token', ['retool_'], `retool_${ALNUM}{26}`, { accepts: match => /[0-9]/.test(match) }),
  token('mapbox-token', ['sk.eyJ1'], String.raw`sk\.eyJ1${BASE64URL}{40,200}\.${BASE64URL}{22}`),
  token('dropbox-token', ['sl.u.', 'sl.A', 'sl.B', 'sl.C'], String.raw`sl\.(?:u\.)?${BASE64URL}{120,2000}`),
  token('zoho-token', ['1000.'], String.raw`1000\.${HEX}{32}\.${HEX}{32}`),
  token('salesforce-session', ['00D'], `00D${ALNUM}{12,15}![A-Za-z0-9._]{80,130}`),
  token('hubspot-token', ['pat-na', 'pat-eu', 'pat-ap'], `pat-(?:na|eu|ap)[0-9]-${UUID}`),
  token('unkey-key', ['unkey_'], `unkey_${ALNUM}{20,40}`, { accepts: isMixed }),
  token('prefect-key', ['pnu_', 'pnb_'], `pn[ub]_${ALNUM}{36}`),
  token('dbt-token', ['dbtc_', 'dbtu_'], `dbt[cu]_${BASE64URL}{30,80}`),
]
