import { BENIGN_TEXTS } from './benign-texts.ts'
import { Draw } from './draw.ts'

/** A field of an agent's log without a secret, and what sort of text it is. */
export interface BenignField {
  readonly sort: string
  readonly text: string
}

/** Written by hand, and drawn: what looks random and is no secret. */
export function benignFields(): BenignField[] {
  const drawn = Object.entries(DRAWN).flatMap(([sort, make]) =>
    Array.from({ length: 12 }, (_, index) => ({ sort, text: make(new Draw(`${sort} ${index}`)) })),
  )
  const written = Object.entries(BENIGN_TEXTS).flatMap(([sort, texts]) => texts.map(text => ({ sort, text })))
  return [...written, ...drawn]
}

const WORDS =
  'the agent read a file and wrote what it found into the report because tests of module failed again on second run'.split(
    ' ',
  )

function sentence(draw: Draw, words: number): string {
  return Array.from({ length: words }, () => WORDS[draw.below(WORDS.length)]).join(' ')
}

function isoTime(draw: Draw): string {
  return new Date(1_790_000_000_000 + draw.below(86_400_000)).toISOString()
}

const DRAWN: Readonly<Record<string, (draw: Draw) => string>> = {
  uuid: draw => draw.uuid(),
  'id fields': draw =>
    JSON.stringify({
      id: draw.uuid(),
      runId: draw.uuid(),
      sessionId: `session_${draw.from('w', 24)}`,
      at: isoTime(draw),
    }),
  traceparent: draw => `traceparent: 00-${draw.from('h', 32)}-${draw.from('h', 16)}-01`,
  'trace ids': draw =>
    JSON.stringify({ trace_id: draw.from('h', 32), span_id: draw.from('h', 16), parent: draw.from('h', 16) }),
  'git log': draw =>
    `commit ${draw.from('h', 40)}\nAuthor: Ann Example <ann@example.org>\nDate:   ${isoTime(draw)}\n\n    ${sentence(draw, 8)}\n`,
  'git diff head': draw =>
    `diff --git a/src/app.ts b/src/app.ts\nindex ${draw.from('h', 7)}..${draw.from('h', 7)} 100644\n--- a/src/app.ts`,
  'git push': draw => `To git.internal:team/app.git\n   ${draw.from('h', 9)}..${draw.from('h', 9)}  main -> main`,
  sha256sum: draw => `${draw.from('h', 64)}  dist/app-${draw.below(9)}.tar.gz`,
  'sha512 hex': draw => `SHA512 (app.iso) = ${draw.from('h', 128)}`,
  md5: draw => `ETag: "${draw.from('h', 32)}"`,
  'lock file of npm': draw =>
    `      "resolved": "https://registry.example.org/pkg/-/pkg-1.${draw.below(20)}.0.tgz",\n      "integrity": "sha512-${draw.bytes(64).toString('base64')}",`,
  'lock file of yarn': draw => `  checksum: 10c0/${draw.from('h', 128)}`,
  'lock file of pnpm': draw => `    resolution: {integrity: sha512-${draw.bytes(64).toString('base64')}}`,
  'lock file of cargo': draw =>
    `name = "serde"\nversion = "1.0.${draw.below(300)}"\nchecksum = "${draw.from('h', 64)}"`,
  'lock file of poetry': draw => `    {file = "pkg-1.0-py3-none-any.whl", hash = "sha256:${draw.from('h', 64)}"},`,
  'go.sum': draw => `golang.org/x/mod v0.${draw.below(30)}.0 h1:${draw.bytes(32).toString('base64')}`,
  'pip hash': draw => `requests==2.32.${draw.below(9)} --hash=sha256:${draw.from('h', 64)}`,
  'docker digest': draw => `registry.internal/app@sha256:${draw.from('h', 64)}`,
  'container id': draw =>
    `${draw.from('h', 12)}   node:24   "docker-entrypoint.s…"   2 hours ago   Up 2 hours   app-${draw.below(9)}`,
  'pod name': draw =>
    `pod/api-${draw.from('bcdfghjklmnpqrstvwxz2456789', 10)}-${draw.from('bcdfghjklmnpqrstvwxz2456789', 5)}   1/1     Running   0          3d`,
  'base64 image': draw => `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${draw.bytes(1200).toString('base64')}`,
  'base64 photo': draw => `/9j/4AAQSkZJRgABAQAAAQABAAD/${draw.bytes(1200).toString('base64')}`,
  'base64url data': draw => draw.bytes(900).toString('base64url'),
  'hex dump': draw =>
    `${draw.from('h', 8)}  ${Array.from({ length: 16 }, () => draw.from('h', 2)).join(' ')}  |................|`,
  'hex data': draw => draw.from('h', 1200),
  embedding: draw =>
    JSON.stringify({ embedding: Array.from({ length: 40 }, () => (draw.below(2_000_000) - 1_000_000) / 1_000_000) }),
  'checkpoint of a log': draw =>
    `audit.local/app\n${draw.below(1_000_000)}\n${draw.bytes(32).toString('base64')}\n\n— audit.local/app ${draw.bytes(68).toString('base64')}\n`,
  'verifier key': draw => `audit.local/app+${draw.from('h', 8)}+A${draw.bytes(32).toString('base64').slice(0, 43)}`,
  'access log': draw =>
    `10.0.0.${draw.below(255)} - - [22/Nov/2026:10:${10 + draw.below(49)}:00 +0000] "GET /api/items/${draw.below(9999)} HTTP/1.1" 200 ${draw.below(99_999)}`,
  'unix times': draw =>
    JSON.stringify({
      startedAt: 1_790_000_000_000 + draw.below(1e9),
      durationMillis: draw.below(1e5),
      bytes: draw.below(1e9),
    }),
  'csv rows': draw =>
    Array.from(
      { length: 5 },
      () => `${draw.below(1e6)},${sentence(draw, 2)},${draw.below(1e4) / 100},${isoTime(draw)}`,
    ).join('\n'),
  'order numbers': draw =>
    `Order ${draw.from('d', 12)} of customer ${draw.from('d', 8)} was sent, tracking ${draw.from('A', 2)}${draw.from('d', 9)}DE`,
  'file of a bundle': draw =>
    `GET /assets/index-${draw.from('u', 8)}.js 304\nGET /assets/vendor.${draw.from('h', 20)}.css 304`,
  'source map': draw =>
    `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify({ version: 3, sources: ['a.ts'], mappings: 'AAAA,SAASA' })).toString('base64')}${draw.bytes(300).toString('base64')}`,
  mappings: draw =>
    `"mappings":"${Array.from({ length: 120 }, () => `${draw.from('ACEGIKMOQSUWY', 1)}AA${draw.from('ABCDEFGHIS', 2)}`).join(',')}"`,
  'key fingerprint': draw => `256 SHA256:${draw.bytes(32).toString('base64').slice(0, 43)} ann@host (ED25519)`,
  'public key of ssh': draw =>
    `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${draw.bytes(32).toString('base64').slice(0, 43)} ann@host`,
  certificate: draw =>
    `-----BEGIN CERTIFICATE-----\n${draw.bytes(48).toString('base64')}\n${draw.bytes(48).toString('base64')}\n-----END CERTIFICATE-----`,
  'message ids': draw =>
    JSON.stringify({
      id: `msg_${draw.from('w', 24)}`,
      call: `toolu_${draw.from('w', 24)}`,
      response: `resp_${draw.from('h', 48)}`,
      completion: `chatcmpl-${draw.from('w', 29)}`,
      tool: `call_${draw.from('w', 24)}`,
    }),
  'ids of payments': draw =>
    JSON.stringify({
      charge: `ch_3${draw.from('w', 23)}`,
      customer: `cus_${draw.from('w', 14)}`,
      price: `price_1${draw.from('w', 23)}`,
      event: `evt_1${draw.from('w', 23)}`,
    }),
  'public keys of services': draw =>
    JSON.stringify({
      stripe: `pk_live_${draw.from('w', 24)}`,
      langfuse: `pk-lf-${draw.uuid()}`,
      posthog: `phc_${draw.from('w', 43)}`,
    }),
  'cloud resources': draw =>
    `arn:aws:iam::${draw.from('d', 12)}:role/app i-0${draw.from('h', 16)} vpc-0${draw.from('h', 16)} AROA${draw.from('2', 16)}`,
  'presigned without its signature': draw =>
    `https://bucket.s3.amazonaws.com/a/${draw.uuid()}.pdf?X-Amz-Date=20261122T101500Z&X-Amz-Expires=900`,
  'thinking signature': draw =>
    JSON.stringify({ type: 'thinking', signature: `Eq${draw.bytes(300).toString('base64')}` }),
  ulid: draw => `01J${draw.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)}`,
  'nano ids': draw => JSON.stringify([draw.from('u', 21), draw.from('u', 21), draw.from('u', 21)]),
  cids: draw => `ipfs://bafybei${draw.from('abcdefghijklmnopqrstuvwxyz234567', 52)}`,
  'redacted already': draw =>
    `key [REDACTED:openai-key:${draw.from('h', 12)}] at [REDACTED:named-value:${draw.from('h', 12)}]`,
}
