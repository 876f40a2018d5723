import { expect } from 'chai'
import { GITHUB_TOKEN, JWT, OPENAI_KEY, PEM, SCANNER, asJson, shown } from './support/shown.ts'

/** Each finds the value and leaves what is around it. */
const PLACES: readonly (readonly [text: string, masked: string])[] = [
  ['password=hunter2', 'password=<password>'],
  ['DB_PASSWORD=hunter2\nHOME=/root', 'DB_PASSWORD=<password>\nHOME=/root'],
  ["export API_KEY='abcd1234'", "export API_KEY='<api-key>'"],
  ['PASSWORD=swordfish ./run --fast', 'PASSWORD=<password> ./run --fast'],
  ['deploy --password=hunter2 --yes', 'deploy --password=<password> --yes'],
  ['deploy --password swordfish --yes', 'deploy --password <password> --yes'],
  ['deploy --token "abcd1234"', 'deploy --token "<token>"'],
  ['mysql -u root -phunter2 shop', 'mysql -u root -p<password> shop'],
  ["sshpass -p 'hunter2' ssh host", "sshpass -p '<password>' ssh host"],
  ['curl -u bob:hunter2 http://host', 'curl -u bob:<password> http://host'],
  ['docker login -u bob -p hunter2 host', 'docker login -u bob -p <password> host'],
  ["curl -H 'Authorization: Bearer abc.def' host", "curl -H 'Authorization: Bearer <authorization>' host"],
  ['curl -H "X-Api-Key: abcd1234" host', 'curl -H "X-Api-Key: <api-key>" host'],
  ['Authorization: Basic dXNlcjpwYXNz\r\nHost: a', 'Authorization: Basic <authorization>\r\nHost: a'],
  ['Cookie: a=b; c=d\r\nHost: a', 'Cookie: <cookie>\r\nHost: a'],
  ['Set-Cookie: id=1a2b; Path=/; HttpOnly', 'Set-Cookie: <cookie>'],
  ['GET /a?token=abcd1234&page=2 HTTP/1.1', 'GET /a?token=<token>&page=2 HTTP/1.1'],
  ['user=bob&password=hunter2', 'user=bob&password=<password>'],
  ['next=%2Fa%3Fapi_key%3Dabcd1234%26page%3D2', 'next=%2Fa%3Fapi_key%3D<api-key>%26page%3D2'],
  ['database:\n  password: hunter2\n  port: 5432', 'database:\n  password: <password>\n  port: 5432'],
  ['password: |\n  hunter2\nport: 1', 'password: |\n  <password>\nport: 1'],
  ['Server=a;Password=hunter2;Port=1', 'Server=a;Password=<password>;Port=1'],
  ['Server=a;Uid=b;Pwd=hunter2', 'Server=a;Uid=b;Pwd=<password>'],
  ["CREATE USER bob IDENTIFIED BY 'hunter2'", "CREATE USER bob IDENTIFIED BY '<password>'"],
  ["ALTER ROLE bob WITH PASSWORD 'hunter2'", "ALTER ROLE bob WITH PASSWORD '<password>'"],
  ['cat > .env <<EOF\nSECRET=hunter2\nEOF', 'cat > .env <<EOF\nSECRET=<secret>\nEOF'],
  ['machine host login bob password hunter2', 'machine host login bob password <password>'],
  ['<password>hunter2</password>', '<password><password></password>'],
  ['{"name": "API_KEY", "value": "abcd1234"}', '{"name": "API_KEY", "value": "<api-key>"}'],
  ['{"Set-Cookie":["a=b; Path=/","c=d"],"n":1}', '{"Set-Cookie":["<cookie>"],"n":1}'],
  ['headers["X-Api-Key"] = "abcd1234"', 'headers["X-Api-Key"] = "<api-key>"'],
  ['password: str = "hunter2"', 'password: str = "<password>"'],
  ['//registry/:_authToken=abcd1234', '//registry/:_authToken=<token>'],
  ['postgres://bob:hunter2@host:5432/shop', 'postgres://bob:<url-password>@host:5432/shop'],
  ['redis://:hunter2@host', 'redis://:<url-password>@host'],
  ["mail({ auth: { user: 'bob', pass: 'hunter2' } })", "mail({ auth: { user: 'bob', pass: '<password>' } })"],
  ['PASS=hunter42\nFAIL=0', 'PASS=<password>\nFAIL=0'],
  ['{"auths":{"host":{"auth":"Ym9iOmh1bnRlcjI="}}}', '{"auths":{"host":{"auth":"<basic-credentials>"}}}'],
  [
    'Key         Value\n---         -----\napi_key     abcd1234\n',
    'Key         Value\n---         -----\napi_key     <api-key>\n',
  ],
  ['curl -b "sid=abcd1234; theme=dark" host', 'curl -b "<cookie>" host'],
  ['echo hunter2 | sudo -S ls', 'echo <password> | sudo -S ls'],
  ['https://0123456789abcdef0123456789abcdef@sentry.io/1', 'https://<url-user>@sentry.io/1'],
]

describe('a secret is found', () => {
  for (const [text, masked] of PLACES) {
    it(`in ${JSON.stringify(text)}`, () => {
      expect(shown(text)).to.equal(masked)
    })
  }

  for (const depth of [1, 2, 3, 4]) {
    it(`in JSON inside JSON, ${depth} deep`, () => {
      const text = asJson(JSON.stringify({ user: 'bob', password: 'hunter2', note: 'x' }), depth)
      expect(shown(text)).to.equal(text.replace('hunter2', '<password>'))
    })

    it(`as a key on many lines, ${depth} times escaped`, () => {
      const text = asJson(`before\n${PEM}\nafter`, depth)
      const breaks = asJson('\n', depth).slice(2 ** depth - 1, -(2 ** depth - 1) || undefined)
      expect(shown(text)).to.match(/^[\\"]+before\\+n<private-key>\\+nafter[\\"]+$/, breaks)
    })
  }

  for (const [name, secret, kind] of [
    ['a token', GITHUB_TOKEN, 'github-token'],
    ['a key', OPENAI_KEY, 'openai-key'],
    ['a JWT', JWT, 'jwt'],
  ] as const) {
    const all = `<${kind}>`

    it(`as ${name} behind an escape, in quotes and in a path`, () => {
      for (const before of ['\\n', '\\\\n', '%3D', '%253D', '\\u003d', '\u001b[32m', '(', "'", '`', '/', '=', '>']) {
        expect(shown(`x${before}${secret} y`), before).to.equal(`x${before}${all} y`)
      }
    })

    it(`as ${name} with escapes inside`, () => {
      const escaped = secret.replaceAll(/[-_.]/g, sign => `\\u00${sign.charCodeAt(0).toString(16)}`)
      const encoded = secret.replaceAll(/[-_.]/g, sign => `%${sign.charCodeAt(0).toString(16)}`)
      for (const text of [escaped, asJson(escaped, 1).slice(1, -1), encoded, encoded.replaceAll('%', '%25')]) {
        expect(shown(`a ${text} b`)).to.equal(`a ${all} b`)
      }
    })

    it(`as ${name} in base64, also on lines`, () => {
      const plain = Buffer.from(`{"a":"${'text '.repeat(12)}","b":"${secret}"}`)
      const encoded = plain.toString('base64')
      const lines = encoded.replaceAll(/.{76}/g, '$&\n')
      for (const text of [encoded, plain.toString('base64url'), lines, Buffer.from(encoded).toString('base64')]) {
        expect(shown(`a ${text} b`)).to.equal('a <encoded-secret> b')
      }
      const wide = Buffer.from(`$k = "${secret}"`, 'utf16le').toString('base64')
      expect(shown(`powershell -e ${wide}`)).to.equal('powershell -e <encoded-secret>')
    })

    it(`as ${name} over two lines`, () => {
      const half = secret.length >> 1
      const cut = `${secret.slice(0, half)}\\\n${secret.slice(half)}`
      expect(shown(`a ${cut} b`)).to.equal(`a ${all} b`)
    })

    it(`as ${name} that the text's end cuts`, () => {
      const text = `a ${secret.slice(0, 18)}`
      expect(shown(text, true)).to.equal(`a ${all}`)
    })
  }

  it('as a token that a terminal broke over lines', () => {
    const broken = `${GITHUB_TOKEN.slice(0, 20)}\n${GITHUB_TOKEN.slice(20)}\nnext line`
    expect(shown(broken)).to.equal('<github-token>\nnext line')
  })

  it('in the header inside base64', () => {
    const text = Buffer.from('Authorization: Bearer abcdef123456').toString('base64')
    expect(shown(`x=${text};`)).to.equal('x=<encoded-secret>;')
  })

  it('as what it is, also under a name', () => {
    expect(shown(`API_KEY=${OPENAI_KEY}`)).to.equal('API_KEY=<openai-key>')
    expect(shown(`{"token":"${GITHUB_TOKEN}"}`)).to.equal('{"token":"<github-token>"}')
  })

  it('to the end of the text where a key has no end', () => {
    expect(shown(`see ${PEM.slice(0, 120)}`)).to.equal('see <private-key>')
    expect(shown(`see ${PEM.slice(0, 33)}`)).to.equal('see <private-key>')
  })

  for (const [shown_as, prefixed] of [
    ['numbered', (line: string, number: number) => `     ${number}\t${line}`],
    ['numbered with an arrow', (line: string, number: number) => `${String(number).padStart(6)}→${line}`],
    ['searched', (line: string, number: number) => `home/id_rsa:${number}:${line}`],
    ['quoted', (line: string) => `> ${line}`],
    ['added', (line: string) => `+${line}`],
  ] as const) {
    it(`as a key in a file whose lines are ${shown_as}`, () => {
      const text = `${PEM}\nafter`.split('\n').map((line, index) => prefixed(line, index + 1))
      const masked = `${prefixed('<private-key>', 1)}\n${prefixed('after', 5)}`
      expect(shown(text.join('\n'))).to.equal(masked)
      expect(shown(text.join('\n').slice(0, 90), true)).to.equal(prefixed('<private-key>', 1))
    })
  }

  it('but not in numbered source code that speaks of keys', () => {
    const code = `  1\tconst begin = '${PEM.split('\n')[0]}'\n  2\tdescribeTheFormatOf(begin)\n`
    expect(shown(code)).to.equal(code)
  })

  it('with one shared empty list where there is none', () => {
    expect(SCANNER.scan('nothing to see')).to.equal(SCANNER.scan('nor here'))
  })
})
