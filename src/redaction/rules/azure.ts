import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64, BASE64URL, UUID, isMixed, token } from './token.ts'

/**
 * Azure's keys. Most carry a fixed mark inside them and a check sum at their end, so that they are known wherever they stand:
 * the numbers are how many characters come before the mark.
 */
export const AZURE_RULES: readonly TokenRule[] = [
  token('azure-storage-key', ['+ASt'], String.raw`${BASE64}{76}\+ASt${BASE64}{6}==`, { lead: 76 }),
  token('azure-cosmos-key', ['ACDb'], `${BASE64}{76}ACDb${BASE64}{6}==`, { lead: 76 }),
  token('azure-messaging-key', ['+ASb', '+AEh', 'AIoT'], String.raw`${BASE64}{33}(?:\+ASb|\+AEh|AIoT)${BASE64}{6}=`, {
    lead: 33,
  }),
  token('azure-registry-key', ['+ACR'], String.raw`${BASE64}{42}\+ACR${BASE64}{6}`, { lead: 42 }),
  token('azure-search-key', ['AzSe'], `${ALNUM}{42}AzSe${ALNUM}{6}`, { lead: 42 }),
  token('azure-functions-key', ['AzFu'], `${BASE64URL}{44}AzFu${BASE64URL}{6}==`, { lead: 44 }),
  token('azure-devops-token', ['AZDO'], `${ALNUM}{76}AZDO${ALNUM}{4}`, { lead: 76 }),
  token('azure-ai-key', ['JQQJ99'], `${ALNUM}{52}JQQJ99${ALNUM}{26}`, { lead: 52 }),
  token('azure-client-secret', ['7Q~', '8Q~'], '[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}', { lead: 3 }),
  // The signature of a shared access address: 32 bytes, in the alphabets and encodings that are met in addresses.
  token('azure-sas', ['sig='], 'sig=(?:[A-Za-z0-9+/_-]|%2[BbFf]){43}(?:=|%3[Dd])?', { accepts: isMixed }),
  token(
    'teams-webhook',
    ['webhook.office.com/webhookb2/'],
    String.raw`webhook\.office\.com/webhookb2/${UUID}@${UUID}/IncomingWebhook/${ALNUM}{32}/${UUID}(?:/${BASE64URL}{40,60})?`,
  ),
]
