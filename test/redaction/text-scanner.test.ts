import { expect } from 'chai'
import { TextScanner } from '../../src/redaction/text-scanner.ts'
import { GITHUB_TOKEN, JWT, SCANNER, shown } from './support/shown.ts'

describe('text scanner', () => {
  it('finds card numbers by their check digit, issuer and groups', () => {
    const cards = [
      '4111111111111111',
      '4111 1111 1111 1111',
      '5500-0055-5555-5559',
      '378282246310005',
      '3782 822463 10005',
    ]
    expect(cards.map(card => shown(`card ${card}.`))).to.deep.equal(cards.map(() => 'card <credit-card>.'))
  })

  it('takes no other number for a card', () => {
    const numbers = `4111111111111112 1700000000000000 9999999999999999 0000000000000000 12345678-1234-1234-1234-123456789012
      0.4111111111111111 4111111111111111.5 a4111111111111111 4111111111111111b 41111-11111111-111 4111-1111-1111-1111-1111
      1.4111111111111111 /4111111111111111/`
    expect(shown(numbers)).to.equal(numbers)
  })

  it('finds bank accounts by country, length and check digits', () => {
    const accounts = [
      'DE89370400440532013000',
      'DE89 3704 0044 0532 0130 00',
      'GB29NWBK60161331926819',
      'FR1420041010050500013M02606',
    ]
    expect(accounts.map(account => shown(`to ${account}, now`))).to.deep.equal(accounts.map(() => 'to <iban>, now'))
    const others = 'DE89370400440532013001 XX89370400440532013000 DE8937040044053201300 ADE89370400440532013000'
    expect(shown(others)).to.equal(others)
  })

  it('finds schemes with what they carry, in any case', () => {
    expect(shown('use Bearer abcdef123456 or bearer ABCDEF-123456')).to.equal(
      'use Bearer <bearer-token> or bearer <bearer-token>',
    )
    expect(shown('Basic dXNlcjpwYXNz')).to.equal('Basic <basic-credentials>')
  })

  it('masks all of two findings that overlap, under the kind of the longer', () => {
    expect(shown(`password="x ${GITHUB_TOKEN} y z"`)).to.equal('password="<password>"')
  })

  it('gives findings sorted and disjoint', () => {
    const findings = SCANNER.scan(`b=${JWT} password=hunter2 4111111111111111 https://a:hunter2@b ${GITHUB_TOKEN}`)
    expect(findings.map(({ kind }) => kind)).to.deep.equal([
      'jwt',
      'password',
      'credit-card',
      'url-password',
      'github-token',
    ])
    for (const [index, { start, end }] of findings.entries()) {
      expect(end).to.be.greaterThan(start)
      expect(start).to.be.at.least(findings[index - 1]?.end ?? 0)
    }
  })

  it('leaves alone what is no secret', () => {
    const lines = [
      'token: string',
      'password: string | undefined',
      'readonly secret: Uint8Array): void',
      'const token = getToken()',
      'const password = options.password',
      'connect(user=user, password=password)',
      'apiKey: process.env.API_KEY,',
      'api_key = os.environ["API_KEY"]',
      'PASSWORD=${DB_PASSWORD}',
      'PASSWORD=$DB_PASSWORD',
      '"api_key": "<your key>"',
      'api_key: your-api-key',
      'token: xxxxxxxxxxxx',
      '{"password":"","token":null,"secret":false}',
      '{"password":"Enter your password"}',
      '{"required":["username","password","email"]}',
      'max_tokens: 4096, total_tokens=120, "tokens": 12345678901',
      'the token: is sent with each request',
      'Authorization: the header must be there',
      'if (token === other) return',
      'use --password to set it, --token is required',
      'Bearer authentication and Basic authentication are supported',
      'const x: Promise<Token> = y</a>',
      'PWD=/home/bob',
      'id 0198c3f0-7b1e-7c44-9d6a-2f1b3c4d5e6f',
      'commit 5685015a3c1b2d4e5f60718293a4b5c6d7e8f901',
      '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      `sha256:${'0123456789abcdef'.repeat(4)}`,
      '"integrity": "sha512-3XYa1b2c3d4e5f6g7h8i9j0kLmNoPqRsTuVwXyZ0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN=="',
      `<img src="data:image/svg+xml;base64,${Buffer.from(`<svg>password=hunter2 ${' '.repeat(40)}</svg>`).toString('base64')}">`,
      '— kansa.log/a Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm8=',
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtqLb4mYf0cmGv5v1mXo2a6wqQ3yqE2n0aYw4kZ7b1c bob@host',
      '-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEbGzVnzANBgkqhkiG9w0BAQsFADBs\n-----END CERTIFICATE-----',
      "if (text.includes('-----BEGIN PRIVATE KEY-----')) return 'a key'",
      '[REDACTED:password:0123456789ab] password=[REDACTED:password:0123456789ab]',
      'https://host:8080/a?email=a@b.de mailto:a@b.de git@github.com:a/b ssh://git@github.com/a',
      'https://user:password@host and https://${user}:${pass}@host',
      'the risk-management of sk-learn and task-sk-test',
    ]
    for (const line of lines) expect(shown(line)).to.equal(line)
  })

  it('is fooled by no mark that is not exactly one', () => {
    expect(shown(`[REDACTED:x:${GITHUB_TOKEN}]`)).to.equal('[REDACTED:x:<github-token>]')
    expect(shown('password=[REDACTED:x:0123456789ab]hunter2')).to.equal('password=<password>')
  })

  it('looks also for the rules that it is given', () => {
    const scanner = new TextScanner({
      tokens: [
        { kind: 'acme-key', prefixes: ['acme_'], pattern: /acme_[0-9]{4}/y, accepts: match => match !== 'acme_0000' },
      ],
      patterns: [{ kind: 'animal', gate: text => text.includes('cat'), pattern: /cat|dog/g }],
      names: ['pin'],
    })
    expect(shown('acme_1234 acme_0000 dog', false, scanner)).to.equal('<acme-key> acme_0000 dog')
    expect(shown('a cat and a dog, pin=4711', false, scanner)).to.equal('a <animal> and a <animal>, pin=4711')
    expect(shown('pin=a4711 {"pin":"4711a"}', false, scanner)).to.equal('pin=<secret-field> {"pin":"<secret-field>"}')
  })

  it('gives up as a whole once time is over', () => {
    const text = 'clean text '.repeat(10_000)
    expect(SCANNER.scan(text, false, () => true)).to.deep.equal([{ kind: 'too-slow', start: 0, end: text.length }])
  })
})
