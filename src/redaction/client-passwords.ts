/** Passwords that well-known programs take in a way of their own, without a name that says so. */
import type { Finding } from './finding.ts'
import { isPlausible } from './plausible-value.ts'
import { endOfBareValue } from './bare-value.ts'
import { quoteDepth, readQuoted } from './quoted-text.ts'
import type { Scan, Trigger } from './trigger.ts'

const MAX_COMMAND = 300

/** A program and what stands right before the password in its command. */
interface Client {
  readonly literal: string
  /** Searched for in the rest of the command; the password begins where it ends. */
  readonly before: RegExp
  /** Default: a password. */
  readonly kind?: string
}

const CLIENTS: readonly Client[] = [
  { literal: 'mysql', before: /^[a-z]{0,8}[ \t](?:[^|;&\n]{0,200} )?-p(?=[^\s-])/ },
  { literal: 'mariadb', before: /^[a-z-]{0,8}[ \t](?:[^|;&\n]{0,200} )?-p(?=[^\s-])/ },
  { literal: 'sshpass', before: /^[ \t]+-p[ \t]?(?=\S)/ },
  { literal: 'docker login', before: /^[ \t](?:[^|;&\n]{0,200} )?-p[ =](?=\S)/ },
  { literal: 'podman login', before: /^[ \t](?:[^|;&\n]{0,200} )?-p[ =](?=\S)/ },
  { literal: 'redis-cli', before: /^[ \t](?:[^|;&\n]{0,200} )?-a[ \t]+(?=\S)/ },
  { literal: 'mongosh', before: /^[ \t](?:[^|;&\n]{0,200} )?-p[ \t]+(?=\S)/ },
  {
    literal: 'curl',
    before: /^[ \t](?:[^|;&\n]{0,240} )?(?:-u[ \t]?|--user[ =])(?:\\{0,32}["'])?[\w.@%+-]{1,64}:(?=[^\s"'\\])/,
  },
  {
    literal: 'curl',
    before: /^[ \t](?:[^|;&\n]{0,240} )?-b[ \t]?(?=\\{0,32}["']?[\w!#$%&*.^`~+-]{1,64}=\S)/,
    kind: 'cookie',
  },
  { literal: 'ldapsearch', before: /^[ \t](?:[^|;&\n]{0,240} )?-w[ \t]?(?=[^\s-])/ },
  { literal: 'smbclient', before: /^[ \t](?:[^|;&\n]{0,240} )?(?:-U[ \t]?|--user[ =])[\w.\\/-]{1,64}%(?=\S)/ },
  {
    literal: 'htpasswd',
    before: /^[ \t](?:-\w{1,8} ){0,4}-\w{0,4}b\w{0,4} (?:-\w{1,8} ){0,4}\S{1,120} \S{1,64} (?=\S)/,
  },
  {
    literal: 'identified ',
    before: /^(?:with[ \t]{1,4}\S{1,60}[ \t]{1,4})?(?:by|as)[ \t]+(?:password[ \t]+)?(?=\\{0,32}['"])/i,
  },
]

export const CLIENT_TRIGGERS: readonly Trigger[] = CLIENTS.map(
  ({ literal, before, kind = 'password' }): Trigger => ({
    literal,
    exact: false,
    find: (scan, at) => findPassword(scan, at + literal.length, before, kind),
  }),
)

function findPassword({ text }: Scan, commandAt: number, before: RegExp, kind: string): Finding | undefined {
  const command = text.slice(commandAt, commandAt + MAX_COMMAND)
  const start = commandAt + (before.exec(command)?.[0].length ?? 0)
  if (start === commandAt) return undefined
  const depth = quoteDepth(text, start)
  const value = depth < 0 ? { start, end: endOfBareValue(text, start) } : readQuoted(text, start, depth)
  const raw = text.slice(value.start, Math.min(value.end, value.start + 600))
  if (!isPlausible(raw, kind, '', depth < 0 ? 'data' : 'quoted')) return undefined
  return { kind, start: value.start, end: value.end }
}
