import type { PatternRule } from '../pattern-rule.ts'
import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64URL, END, HEX, START, isMixed, token } from './token.ts'

const HEX_DIGITS = '0123456789abcdef'

/** Tokens of chat, mail and messages. */
export const MESSAGING_RULES: readonly TokenRule[] = [
  token(
    'slack-token',
    ['a', 'b', 'c', 'e', 'o', 'p', 'r', 's'].map(kind => `xox${kind}-`),
    'xox[abceoprs]-[A-Za-z0-9-]{20,400}',
  ),
  token('slack-token', ['xoxe.xox'], String.raw`xoxe\.xox[bp]-[0-9]-[A-Za-z0-9-]{40,400}`),
  token('slack-cookie', ['xoxd-'], 'xoxd-[A-Za-z0-9%+/_-]{40,400}={0,2}'),
  token('slack-app-token', ['xapp-'], 'xapp-[0-9]-[A-Za-z0-9-]{30,250}'),
  token(
    'slack-webhook',
    ['hooks.slack.com/'],
    String.raw`hooks\.slack\.com/(?:services|workflows|triggers)/${ALNUM}{8,14}/${ALNUM}{8,20}/${ALNUM}{20,64}`,
  ),
  token(
    'discord-webhook',
    ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    String.raw`discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/${BASE64URL}{60,80}`,
  ),
  ...[8, 9, 10].map(digits => ({
    kind: 'telegram-bot-token',
    prefixes: [':AA'],
    lead: digits,
    // In the addresses of the service the token stands directly behind `bot`.
    pattern: new RegExp(`(?:${START}|(?<=/bot))[0-9]{${digits}}:AA${BASE64URL}{33}${END}`, 'y'),
  })),
  token('sendgrid-key', ['SG.'], String.raw`SG\.${BASE64URL}{16,32}\.${BASE64URL}{32,64}`),
  token('mailgun-key', ['key-'], `key-${HEX}{32}`),
  token('mailchimp-key', ['-us'], `${HEX}{32}-us[0-9]{1,2}`, { lead: 32 }),
  token('mandrill-key', ['md-'], `md-${BASE64URL}{22}`, { accepts: isMixed }),
  token(
    'twilio-key',
    Array.from(HEX_DIGITS, digit => `SK${digit}`),
    `SK${HEX}{32}`,
  ),
  token('resend-key', ['re_'], `re_${ALNUM}{8}_${ALNUM}{24}`, { accepts: isMixed }),
  token('brevo-key', ['xkeysib-', 'xsmtpsib-'], `x(?:key|smtp)sib-${HEX}{64}-${ALNUM}{16}`),
  token('klaviyo-key', ['pk_'], `pk_${HEX}{34}`),
  token('telnyx-key', ['KEY0'], `KEY0[0-9A-F]{31}_${ALNUM}{22}`),
  token('linkedin-secret', ['WPL_AP'], String.raw`WPL_AP[0-9]\.${ALNUM}{14,18}\.[A-Za-z0-9+/]{4,12}={0,2}`),
  token('meta-token', ['EAA', 'IGQ'], `(?:EAA[A-Z]|IGQ[A-Z])${ALNUM}{90,300}(?![+/=-])`, { accepts: isMixed }),
  token('x-bearer-token', ['AAAAAAAAAAAAAAAAAAAAA'], 'A{21}[A-Za-z0-9%+/=]{70,140}', {
    accepts: match => /%3D|[A-Za-z0-9]=[A-Za-z0-9]/i.test(match),
  }),
  token('vk-token', ['vk1.a.'], String.raw`vk1\.a\.${BASE64URL}{80,250}`),
]

/** The first part is the bot's number as text, in base64. */
function namesABot(match: string): boolean {
  return /^[0-9]{17,20}$/.test(Buffer.from(match.slice(0, match.indexOf('.')), 'base64url').toString('latin1'))
}

const DISCORD_MIDDLE = /\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}/

/** Tokens that have no literal at all, searched for in every text. */
export const MESSAGING_PATTERNS: readonly PatternRule[] = [
  {
    kind: 'discord-bot-token',
    gate: text => DISCORD_MIDDLE.test(text),
    pattern: new RegExp(String.raw`${START}[MNO]${BASE64URL}{22,27}\.${BASE64URL}{6}\.${BASE64URL}{27,40}${END}`, 'g'),
    accepts: namesABot,
  },
]
