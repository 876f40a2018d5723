/** Texts of 256 KiB, each made to be slow for a search for secrets: beginnings without an end, and what nests. */

const LENGTH = 256 * 1024

/** Beginnings of tokens, of which nothing is one. */
const PREFIXES = ['sk-', 'ghp_', 'eyJ', 'AKIA', 'xoxb-', 'glpat-', 'AIza', 'npm_', 'sk_live_', '-----BEGIN ']

const PATTERNS: readonly string[] = [
  ...PREFIXES,
  PREFIXES.join(''),
  'password=',
  'password: "',
  '"password":',
  'Authorization: Bearer ',
  'KEY=',
  'https://a:',
  '://@',
  'a@',
  '4111 1111 ',
  'DE89 ',
  '4',
  'A',
  '\\',
  '\\"',
  '"',
  '{"a":',
  '[',
  '%25',
  '=',
  ' ',
  '\n',
  '-',
  '.',
  'eyJhbGciOiJIUzI1NiJ9.',
]

export const ADVERSARIAL_TEXTS: readonly string[] = [
  ...PATTERNS.map(pattern => pattern.repeat(Math.ceil(LENGTH / pattern.length)).slice(0, LENGTH)),
  nested(),
  `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(LENGTH - 28)}`,
]

/** JSON in JSON in JSON, as deep as its quotes let it be. */
function nested(): string {
  let text = 'sk-'
  for (;;) {
    const outer = JSON.stringify({ password: '', inner: text })
    if (outer.length > LENGTH) return text
    text = outer
  }
}
