import { expect } from 'chai'
import { SecretNames, isSecretName } from '../../src/redaction/secret-names.ts'

const SECRET = `password Password PASSWORD passwd passphrase userPassword db_password DB_PASSWORD PGPASSWORD passwordConfirmation
  password2 newPassword spring.datasource.password mysql_pwd SMTP_PASS secret client_secret clientSecret CLIENT-SECRET appSecret
  webhook_secret secrets token Token access_token accessToken refreshToken auth_token authToken _authToken csrf_token csrfToken X-CSRF-Token
  session_token id_token GITHUB_TOKEN HF_TOKEN x-amz-security-token api_token api_key apiKey apikey APIKEY API_KEY x-api-key X-Api-Key
  OPENAI_API_KEY aws_secret_access_key secretKey access_key private_key privateKey signing_key encryption_key encryptionKey
  authorization Authorization proxy-authorization Proxy-Authorization cookie Cookie set-cookie Set-Cookie session_cookie connection_string
  connectionString ConnectionStrings credentials dbCredentials api_key_prod ssh_key master_key subscription_key api_keys --password`
const PLAIN = `max_tokens maxTokens total_tokens token_count tokenCount tokens tokenizer token_type token_url tokenization secretary secret_name
  secretArn key keys primary_key publicKey public_key foreign_key sort_key keyboard monkey author authority authored cookie_policy cookieName pwd PWD
  OLDPWD pass passed passing password_policy passwordLength password_hash has_password isPassword showPassword forgot_password next_page_token
  continuationToken cancellationToken cancellation_token progressToken eos_token pad_token prompt_tokens first_token api_key_id
  access_key_id key_id withCredentials allow_credentials google_application_credentials string description session_id id name`

describe('secret names', () => {
  it('are those of passwords, tokens, keys, headers and cookies, in every case style', () => {
    expect(SECRET.split(/\s+/).filter(name => !isSecretName(name))).to.deep.equal([])
  })

  it('are not names that only have such a word in them', () => {
    expect(PLAIN.split(/\s+/).filter(isSecretName)).to.deep.equal([])
  })

  it('say what stands under them', () => {
    const names = new SecretNames()
    const kinds = ['dbPassword', 'GITHUB_TOKEN', 'x-api-key', 'Set-Cookie', 'ssh_key', 'client_secret', 'name']
    expect(kinds.map(name => names.kindOf(name))).to.deep.equal([
      'password',
      'token',
      'api-key',
      'cookie',
      'private-key',
      'secret',
      '',
    ])
  })

  it('are also those that are added, matched whole and in every case style', () => {
    const names = new SecretNames(['internalCode', 'pin'])
    const added = ['internal_code', 'InternalCode', 'INTERNAL-CODE', 'pin', 'PIN']
    expect(added.filter(name => !names.isSecret(name))).to.deep.equal([])
    expect(['internal_code_type', 'spinning', 'code'].filter(name => names.isSecret(name))).to.deep.equal([])
  })

  it('are decided without a cost that grows with the number or length of names', () => {
    const names = new SecretNames()
    for (let index = 0; index < 10_000; index++) names.isSecret(`name_${index}`)
    expect(names.isSecret('password')).to.equal(true)
    expect(names.isSecret(`${'a'.repeat(100_000)}_password`)).to.equal(false)
  })
})
