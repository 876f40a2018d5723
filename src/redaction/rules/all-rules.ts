import type { PatternRule } from '../pattern-rule.ts'
import type { TokenRule } from '../token-rule.ts'
import { AGENT_TOOL_RULES } from './agent-tools.ts'
import { AZURE_RULES } from './azure.ts'
import { CLOUD_RULES } from './clouds.ts'
import { CODE_HOST_RULES } from './code-hosts.ts'
import { EMAIL_PATTERNS } from './email.ts'
import { IP_PATTERNS } from './ip.ts'
import { KEY_STORE_RULES } from './key-stores.ts'
import { MESSAGING_PATTERNS, MESSAGING_RULES } from './messaging.ts'
import { MODEL_PROVIDER_RULES } from './model-providers.ts'
import { NATIONAL_ID_PATTERNS } from './national-ids.ts'
import { OPERATION_RULES } from './operations.ts'
import { PAYMENT_RULES } from './payment.ts'
import { PHONE_PATTERNS } from './phone.ts'

/** Every text is searched for these. */
export const TOKEN_RULES: readonly TokenRule[] = [
  ...MODEL_PROVIDER_RULES,
  ...AGENT_TOOL_RULES,
  ...CLOUD_RULES,
  ...AZURE_RULES,
  ...CODE_HOST_RULES,
  ...MESSAGING_RULES,
  ...PAYMENT_RULES,
  ...OPERATION_RULES,
  ...KEY_STORE_RULES,
]

/** Every text is searched for these too: secrets without a literal to find them by. */
export const PATTERN_RULES: readonly PatternRule[] = [...MESSAGING_PATTERNS]

/** What is personal rather than secret, and searched for on request. */
export const PACK_NAMES = ['email', 'phone', 'ip', 'national-id'] as const
export type PackName = (typeof PACK_NAMES)[number]

export const PACKS: Readonly<Record<PackName, readonly PatternRule[]>> = {
  email: EMAIL_PATTERNS,
  phone: PHONE_PATTERNS,
  ip: IP_PATTERNS,
  'national-id': NATIONAL_ID_PATTERNS,
}
