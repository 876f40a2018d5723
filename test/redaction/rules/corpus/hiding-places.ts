/** A place a secret is found in: the text around it, and how the secret itself reads there. */
export interface HidingPlace {
  readonly name: string
  hide(secret: string): string
  /** `secret` as it stands in the text; `whole` is what was hidden, with what belongs to the secret on either side. */
  shown(secret: string, whole: string): string
  /** False where such a text cannot stand there: a key of many lines is no header. */
  readonly manyLines: boolean
}

const same = (secret: string): string => secret
const inJson = (secret: string): string => JSON.stringify(secret).slice(1, -1)
const inJsonTwice = (secret: string): string => inJson(inJson(secret))
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const escaped = (secret: string): string =>
  inJson(secret).replace(/[-=+/]/g, mark => String.raw`\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)

function place(
  name: string,
  hide: (secret: string) => string,
  shown: (secret: string, whole: string) => string = same,
  manyLines = false,
): HidingPlace {
  return { name, hide, shown, manyLines }
}

/** No name here says that its value is secret, other than those of headers that hold nothing else. */
export const HIDING_PLACES: readonly HidingPlace[] = [
  place('plain', same, same, true),
  place('prose', secret => `I have set it to ${secret}, and the call works now.`),
  place('JSON value', secret => JSON.stringify({ id: 7, value: secret, ok: true }), inJson, true),
  place('JSON in JSON', secret => JSON.stringify({ body: JSON.stringify({ value: secret }) }), inJsonTwice, true),
  place(
    'JSON in JSON in JSON',
    secret => JSON.stringify({ log: JSON.stringify({ body: JSON.stringify([secret]) }) }),
    secret => inJson(inJsonTwice(secret)),
    true,
  ),
  place('JSON with escapes', secret => `{"value":"${escaped(secret)}"}`, escaped),
  place('env line', secret => `HOME=/root\nSERVICE_SETTING=${secret}\nLANG=C.UTF-8`),
  place('shell export', secret => `export SERVICE_SETTING="${secret}"; npm start`),
  place('CLI flag', secret => `deploy --region eu-1 --setting=${secret} --verbose`),
  place('CLI argument', secret => `curl -sS -H 'X-Service: ${secret}' https://api.internal/v1/items`),
  place(
    'header',
    secret => `POST /v1/items HTTP/1.1\r\nHost: api.internal\r\nAuthorization: Bearer ${secret}\r\nAccept: */*`,
  ),
  place(
    'URL query',
    secret => `GET https://api.internal/v1/items?page=2&value=${encodeURIComponent(secret)}&sort=asc`,
    encodeURIComponent,
  ),
  place(
    'URL-encoded JSON',
    secret => `payload=${encodeURIComponent(JSON.stringify({ value: secret }))}&v=1`,
    secret => encodeURIComponent(inJson(secret)),
  ),
  place(
    'base64 of user and secret',
    secret => `Authorization: Basic ${base64(`user:${secret}`)}`,
    (_, whole) => base64(`user:${whole}`),
  ),
  place(
    'base64 of a header',
    secret => `{"headers":"${base64(`Authorization: Bearer ${secret}`)}"}`,
    (_, whole) => base64(`Authorization: Bearer ${whole}`),
  ),
  place('here-document', secret => `cat > app.conf <<'EOF'\nvalue: ${secret}\nmode: fast\nEOF`, same, true),
  place('many lines', secret => `services:\n  app:\n    value: >-\n      ${secret}\n    replicas: 2\n`),
  place('continued command', secret => `curl https://api.internal \\\n  --header "x-service: ${secret}" \\\n  --fail`),
  place('escaped line break', secret => String.raw`request failed\n${inJson(secret)}\nretrying`, inJson, true),
  place('markup', secret => `<setting name="value">${secret}</setting>`),
  place('program text', secret => `const client = new Client({ url, value: '${secret}' })`),
]
