import { isIPv6 } from 'node:net'
import type { PatternRule } from '../pattern-rule.ts'

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
/** A version of four numbers is written behind one of these. */
const NO_VERSION = String.raw`(?<![\w.@^~-]|[=<>!]=|[Vv]ersions? |[Vv]ersion: )`

/** Addresses of hosts, version 4 and 6. Those that say nothing about anyone stay: the host itself, and any or all hosts. */
export const IP_PATTERNS: readonly PatternRule[] = [
  {
    kind: 'ip',
    gate: text => /\d\.\d/.test(text),
    pattern: new RegExp(String.raw`${NO_VERSION}${OCTET}(?:\.${OCTET}){3}(?![\w+~-]|\.\d)`, 'g'),
    accepts: address => !/^(?:127\.|0\.0\.0\.0$|255\.255\.255\.)/.test(address),
  },
  {
    kind: 'ip',
    gate: text => text.includes(':'),
    pattern: /(?<![\w:.])(?:[0-9A-Fa-f]{1,4}|:)(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:.])/g,
    accepts: isHostAddress,
  },
]

/** `::` also separates names in program text, so that at least a known range or four groups are asked for. */
function isHostAddress(address: string): boolean {
  if (!isIPv6(address)) return false
  const groups = address.split(':').filter(group => group !== '')
  return (
    groups.length >= 4 ||
    (groups.length >= 2 && /^(?:fe[89ab][0-9a-f]|f[cd][0-9a-f]{2}|[23][0-9a-f]{3}):/i.test(address))
  )
}
