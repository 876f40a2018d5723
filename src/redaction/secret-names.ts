/**
 * Names under which every value is secret, in any case style. Decided by words, not by substrings: `accessToken` is
 * one, `max_tokens`, `tokenizer` and `secretary` are not.
 */
import { wordsOf } from './name-words.ts'

const MAX_NAME_LENGTH = 128
const MAX_CACHED_NAMES = 4096

/** Words behind which a name still means the same: `password2`, `api_key_prod`, `passwordConfirmation`. */
const QUALIFIERS = set(
  `prod production dev development staging test live old new current confirmation confirm repeat again value plain
  plaintext raw b64 base64 encoded primary secondary main backup base`,
)

/** Before `pass`, `pwd` or `pw`: alone these mean a test result, a folder and anything. */
const ACCOUNTS = set(
  `db database sql mysql pg postgres redis mongo smtp mail email imap ftp sftp ssh ldap user admin root proxy http
  auth basic login my the key keystore truststore store cert sudo wifi zip vault`,
)

/** Before `token`: counts, positions and pages, not credentials. */
const PLAIN_TOKENS = set(
  `max min num number total per count next page sync continuation cancellation cancel cancelled eos bos pad unk sep
  cls mask special first last prompt completion input output image end start progress design color colour previous
  prev stop abort logprob thinking reasoning cached cache current lookahead syntax punctuation keyword operator
  string template comment`,
)
const PLURAL_TOKENS = set('access refresh auth api bearer session csrf xsrf id oauth jwt')

/** Before `pat`, a personal access token; alone it is a name. */
const CODE_HOSTS = set('github gitlab gh gl bitbucket azure devops ado ext jira')

/** Before `key`; a key alone is the name of a member. */
const SECRET_KEYS = set(
  `api secret private signing signature encryption decryption access master account shared storage subscription
  service role ssh rsa dsa ecdsa ed25519 aes hmac jwt webhook deploy admin app application openai anthropic stripe
  sendgrid mistral gemini groq cohere azure cosmos datadog mailgun twilio algolia pinecone tavily serpapi deepseek
  together replicate session cookie`,
)
const PLURAL_KEYS = set('api secret private signing encryption')

/** In front these make a question or an action of it: `hasPassword`, `show_token`. */
const VERBS = set(
  `is has show hide use uses enable enabled disable disabled allow allows require requires required with forgot
  include includes no needs missing invalid valid validate verify check get fetch create make generate parse count
  num n max min total on handle toggle should can same application`,
)

const PASSWORD_ENDS = ['password', 'passwd', 'passphrase', 'passwords', 'passphrases', 'passcode']
const COMPACT: ReadonlyMap<string, string> = new Map([
  ...['apikey', 'apikeys', 'xapikey', 'secretkey', 'accesskey', 'authkey', 'masterkey', 'accountkey', 'apitoken'].map(
    (name): [string, string] => [name, name === 'apitoken' ? 'token' : 'api-key'],
  ),
  ...[
    'accesstoken',
    'authtoken',
    'refreshtoken',
    'sessiontoken',
    'csrftoken',
    'xsrftoken',
    'idtoken',
    'identitytoken',
    'bearertoken',
  ].map((name): [string, string] => [name, 'token']),
  ...['clientsecret', 'appsecret', 'consumersecret', 'webhooksecret', 'jwtsecret', 'sharedsecret', 'secrets'].map(
    (name): [string, string] => [name, 'secret'],
  ),
  ...['privatekey', 'signingkey', 'encryptionkey'].map((name): [string, string] => [name, 'private-key']),
  ...['connectionstring', 'connstr', 'connectionstrings', 'connstring'].map((name): [string, string] => [
    name,
    'connection-string',
  ]),
  ['sshpass', 'password'],
  ['setcookie', 'cookie'],
])

/** Which names are secret: the built-in ones and the user's. One per masker; it owns a bounded cache. */
export class SecretNames {
  readonly #extra: ReadonlySet<string>
  readonly #cache = new Map<string, string>()

  /** `extra`: further names, matched whole in any case style. */
  constructor(extra: readonly string[] = []) {
    this.#extra = new Set(extra.map(normalised).filter(name => name !== ''))
  }

  isSecret(name: string): boolean {
    return this.kindOf(name) !== ''
  }

  /** `password`, `token`, `api-key` …: what a value under this name is; `''` where it is no secret. */
  kindOf(name: string): string {
    const known = this.#cache.get(name)
    if (known !== undefined) return known
    // The names of members are the caller's, without end: neither time nor memory may grow with them.
    if (name.length > MAX_NAME_LENGTH) return ''
    const words = wordsOf(name)
    const kind = this.#extra.has(words.join('_')) ? 'secret-field' : kindOfWords(words, name)
    if (this.#cache.size >= MAX_CACHED_NAMES) this.#cache.clear()
    this.#cache.set(name, kind)
    return kind
  }
}

const BUILT_IN = new SecretNames()

/** True where everything under `name` is secret, by the built-in names. */
export function isSecretName(name: string): boolean {
  return BUILT_IN.isSecret(name)
}

function normalised(name: string): string {
  return wordsOf(name).join('_')
}

function kindOfWords(words: readonly string[], name: string): string {
  if (name === '_auth') return 'credentials'
  let count = words.length
  while (count > 1 && isQualifier(words[count - 1] ?? '')) count--
  const head = trimDigits(words[count - 1] ?? '')
  const kind = kindOfHead(head, words[count - 2] ?? '', words[count - 3] ?? '')
  return kind !== '' && count > 1 && VERBS.has(words[0] ?? '') ? '' : kind
}

function kindOfHead(head: string, before: string, first: string): string {
  const compact = COMPACT.get(head)
  if (compact !== undefined) return compact
  switch (head) {
    case 'pass':
    case 'pwd':
    case 'pw':
      return ACCOUNTS.has(before) ? 'password' : ''
    case 'pat':
      return CODE_HOSTS.has(before) ? 'token' : ''
    case 'secret':
      return before === 'top' ? '' : 'secret'
    case 'token':
      return PLAIN_TOKENS.has(before) ? '' : 'token'
    case 'tokens':
      return PLURAL_TOKENS.has(before) ? 'token' : ''
    case 'key':
      return keyKind(before)
    case 'keys':
      return PLURAL_KEYS.has(before) ? 'api-key' : ''
    case 'authorization':
      return 'authorization'
    case 'auth':
      return (before === 'rediscli' || before === 'proxy') && first === '' ? 'credentials' : ''
    case 'cookie':
    case 'cookies':
      return ['', 'set', 'session', 'auth', 'http', 'request', 'response', 'document'].includes(before) ? 'cookie' : ''
    case 'creds':
    case 'credential':
    case 'credentials':
      return before === 'application' ? '' : 'credentials'
    case 'string':
    case 'strings':
    case 'str':
      return before === 'connection' || before === 'conn' ? 'connection-string' : ''
    default:
      return !/^no(?:password|passwd)$/.test(head) && PASSWORD_ENDS.some(end => head.endsWith(end)) ? 'password' : ''
  }
}

function keyKind(before: string): string {
  if (['private', 'signing', 'encryption', 'decryption', 'ssh', 'rsa'].includes(before)) return 'private-key'
  return SECRET_KEYS.has(before) || SECRET_KEYS.has(trimDigits(before)) ? 'api-key' : ''
}

function isQualifier(word: string): boolean {
  return QUALIFIERS.has(word) || /^v?\d{1,4}$/.test(word)
}

function trimDigits(word: string): string {
  return /^[a-z]+\d{1,4}$/.test(word) ? word.replaceAll(/\d/g, '') : word
}

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/))
}
