/**
 * Made-up secrets in the shape of real ones. Which one stands where can be worked out again from the place's name: the
 * agent that plants them and the test that looks for them run in two processes.
 */
import { crc32 } from 'node:zlib'

export interface PlantedSecret {
  readonly kind: string
  /** Where the agent puts it, in words. */
  readonly place: string
  /** As it stands in a text, with what makes it recognisable around it. */
  readonly text: string
  /** The part that nobody may read. */
  readonly secret: string
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const DIGITS = '0123456789'

/** Characters from an alphabet, the same every time they are asked for in the same order. */
class Dice {
  private state: number

  constructor(seed: string) {
    this.state = crc32(seed)
  }

  /** xorshift32 */
  private next(): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return this.state >>> 0
  }

  of(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[this.next() % alphabet.length]).join('')
  }
}

type Shape = (dice: Dice) => { readonly text: string; readonly secret: string }

const SHAPES: Readonly<Record<string, Shape>> = {
  'an OpenAI key': dice => whole(`sk-proj-${dice.of(BASE62, 74)}T3BlbkFJ${dice.of(BASE62, 74)}`),
  'an Anthropic key': dice => whole(`sk-ant-api03-${dice.of(BASE62, 93)}AA`),
  'a GitHub token': dice => whole(githubToken(dice.of(BASE62, 30))),
  'a GitLab token': dice => whole(`glpat-${dice.of(BASE62, 20)}`),
  'an AWS key pair': dice => {
    const secret = dice.of(BASE64, 40)
    return { text: `AWS_ACCESS_KEY_ID=AKIA${dice.of(BASE32, 16)}\nAWS_SECRET_ACCESS_KEY=${secret}`, secret }
  },
  'a Google key': dice => whole(`AIza${dice.of(BASE62, 35)}`),
  'a Slack token': dice => whole(`xoxb-${dice.of(DIGITS, 12)}-${dice.of(DIGITS, 12)}-${dice.of(BASE62, 24)}`),
  'a Stripe key': dice => whole(`sk_live_${dice.of(BASE62, 24)}`),
  'a JWT': dice => {
    const claims = { name: dice.of(BASE62, 40) }
    return behind(`${json64({ alg: 'HS256', typ: 'JWT' })}.`, `${json64(claims)}.${dice.of(BASE62, 43)}`)
  },
  'a bearer header': dice => behind('Authorization: Bearer ', dice.of(BASE62, 40)),
  'a basic header': dice => {
    const secret = dice.of(BASE62, 20)
    return { text: `authorization: Basic ${Buffer.from(`deploy:${secret}`).toString('base64')}`, secret }
  },
  'a URL with credentials': dice => {
    const secret = dice.of(BASE62, 24)
    return { text: `postgres://app:${secret}@db.example.com:5432/orders`, secret }
  },
  'an environment variable': dice => behind('DATABASE_PASSWORD=', dice.of(BASE62, 24)),
  'a flag of a command line': dice => behind('mysql -u root --password=', dice.of(BASE62, 24)),
  'a private key': dice => {
    const lines = Array.from({ length: 6 }, () => dice.of(BASE64, 64))
    return whole(`-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----`)
  },
  'a member of JSON': dice => {
    const secret = dice.of(LOWER, 24)
    return { text: JSON.stringify({ user: 'app', client_secret: secret }), secret }
  },
}

export const KINDS: readonly string[] = Object.keys(SHAPES)

/** One of each kind for a place; with `kinds` these only. */
export function secretsAt(place: string, kinds: readonly string[] = KINDS): PlantedSecret[] {
  return kinds.flatMap(kind => {
    const shape = SHAPES[kind]
    return shape === undefined ? [] : [{ kind, place, ...shape(new Dice(`${place}: ${kind}`)) }]
  })
}

/** Kinds whose text is one line without spaces: what fits where a name or an id is expected. */
export const BARE_KINDS: readonly string[] = ['an OpenAI key', 'a GitHub token', 'a Slack token', 'a JWT']

function whole(text: string): { text: string; secret: string } {
  return { text, secret: text }
}

function behind(name: string, secret: string): { text: string; secret: string } {
  return { text: name + secret, secret }
}

/** GitHub's tokens end in a checksum: six base62 digits of the CRC-32 of the rest. */
function githubToken(random: string): string {
  let checksum = ''
  for (let rest = crc32(random); checksum.length < 6; rest = Math.floor(rest / 62)) {
    checksum = (BASE62[rest % 62] ?? '') + checksum
  }
  return `ghp_${random}${checksum}`
}

function json64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
