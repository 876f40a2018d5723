import { Draw } from './draw.ts'
import type { CorpusSecret } from './corpus-secret.ts'
import { inParts } from './corpus-secret.ts'

/** Secrets that are known by how they are built rather than by how they begin. Each stands in what makes it one. */
export function structuredSecrets(): CorpusSecret[] {
  return Object.entries(SHAPES).flatMap(([kind, make]) =>
    [0, 1, 2].map(index => {
      const [before, secret, after] = make(new Draw(`${kind} ${index}`), index)
      return {
        kind,
        ...(before === '' ? {} : { before }),
        parts: inParts(secret),
        ...(after === '' ? {} : { after }),
      }
    }),
  )
}

type Around = readonly [before: string, secret: string, after: string]

const SHAPES: Readonly<Record<string, (draw: Draw, index: number) => Around>> = {
  jwt: draw => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { sub: draw.from('d', 10), iat: 1_790_000_000 + draw.below(1000), scope: 'read write' }
    return ['', `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${draw.from('u', 43)}`, '']
  },
  'private-key': (draw, index) => {
    const label = ['', 'RSA ', 'OPENSSH '][index]
    const body = [...Array.from({ length: 12 }, () => draw.from('b', 64)), `${draw.from('b', 30)}==`].join('\n')
    return [`-----BEGIN ${label}PRIVATE KEY-----\n`, body, `\n-----END ${label}PRIVATE KEY-----`]
  },
  'url-credentials': (draw, index) => [
    ['postgres://app:', 'https://deploy:', 'mongodb+srv://svc:'][index] ?? '',
    draw.token('w', 22),
    ['@db.internal:5432/orders', '@git.internal/team/app.git', '@cluster0.internal/orders'][index] ?? '',
  ],
  'connection-string': (draw, index) => [
    [
      'Server=tcp:db.internal,1433;User ID=app;Password=',
      'Host=db.internal;Username=app;Password=',
      'Endpoint=sb://bus.internal/;SharedAccessKeyName=app;SharedAccessKey=',
    ][index] ?? '',
    draw.token('w', 24),
    ';Timeout=30',
  ],
  'bearer-token': draw => ['Authorization: Bearer ', draw.token('w', 40), ''],
  'named-value': (draw, index) => [
    ['DATABASE_PASSWORD=', 'client_secret=', 'API_KEY='][index] ?? '',
    draw.token('w', 26),
    '',
  ],
  'credit-card': (draw, index) => {
    const digits = ['4', '51', '37'][index] + draw.from('d', [14, 13, 12][index] ?? 0)
    const number = digits + luhnDigit(digits)
    return ['', index === 0 ? number.replace(/(\d{4})(?=\d)/g, '$1 ') : number, '']
  },
  iban: (draw, index) => {
    const [country, length] =
      [
        ['DE', 18],
        ['FR', 23],
        ['NL', 14],
      ][index] ?? []
    const account = (country === 'NL' ? 'ABNA' : '') + draw.from('d', Number(length) - (country === 'NL' ? 4 : 0))
    const number = `${country}${ibanCheck(String(country), account)}${account}`
    return ['', index === 1 ? number.replace(/(.{4})(?=.)/g, '$1 ') : number, '']
  },
}

function luhnDigit(digits: string): number {
  const sum = Array.from(digits)
    .toReversed()
    .map((digit, index) => (index % 2 === 0 ? Number(digit) * 2 : Number(digit)))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0)
  return (10 - (sum % 10)) % 10
}

function ibanCheck(country: string, account: string): string {
  const digits = `${account}${country}00`.replace(/[A-Z]/g, letter => String(letter.charCodeAt(0) - 55))
  return String(98n - (BigInt(digits) % 97n)).padStart(2, '0')
}
