/** Passwords that commands and files write in ways of their own, where neither `=` nor `:` ties a name to its value. */
import type { Finding } from './finding.ts'
import { isPlausible } from './plausible-value.ts'
import type { Trigger } from './trigger.ts'

/** A quote and a line break, also as they are written inside strings inside strings. */
const QUOTE = String.raw`\\{0,32}["']`
const BREAK = String.raw`(?:\r?\n|\\{1,32}n)`
const NAME = String.raw`[\w.-]{0,40}(?:secret|passw(?:or)?d|token|api_?key|access_?key|private_?key)[\w.-]{0,16}`
const WORD = String.raw`([^\s"'\\]{4,512})`
const READS_PASSWORD = String.raw`(?:sudo (?:-\S{1,20} ){0,4}?(?:-[A-Za-z]{0,8}S|--stdin)\b|[^|\n]{1,120}(?:--password-stdin|--with-token|--pass(?:word|phrase)-fd))`
const QUOTED = String.raw`([^"'<>\\]{4,512})`

/** Each idiom by the literal it begins with; what its pattern matches ends with the secret. */
const IDIOMS: readonly (readonly [literal: string, pattern: string])[] = [
  // openssl enc -pass pass:…
  ['pass:', String.raw`(?<=-pass(?:in|out)?[ ]{1,4})pass:${WORD}`],
  // <add key="ApiSecret" value="…">, in .NET; the same in Java and elsewhere
  ...['add', 'property', 'param', 'setting', 'entry'].map((tag): readonly [string, string] => [
    `<${tag} `,
    String.raw`<${tag} (?:key|name)=${QUOTE}${NAME}${QUOTE} value=${QUOTE}${QUOTED}`,
  ]),
  // A line of a Dockerfile. Without a digit it is prose on a variable.
  ['ENV ', String.raw`ENV ${NAME}[ ](?=[a-z_.+/=-]{0,64}\d)${WORD}`],
  // The environment of a container in Kubernetes.
  ['name: ', String.raw`name: (?:${QUOTE})?${NAME}(?:${QUOTE})?${BREAK}[ ]{0,32}value: (?:${QUOTE})?${WORD}`],
  // A variable of Terraform.
  [
    'variable ',
    String.raw`variable ${QUOTE}${NAME}${QUOTE} \{${BREAK}[ ]{0,16}default[ ]{1,16}=[ ]{1,4}${QUOTE}${QUOTED}`,
  ],
  ['az login', String.raw`az login[^\n"'\\]{0,160}? (?:-p|--password)[ =]${WORD}`],
  // npm config set //registry/:_authToken …, aws configure set aws_secret_access_key …
  ['config set ', String.raw`config set (?:-\S{1,40} ){0,3}(?:[^\s"']{0,200}[:/])?${NAME}[ =]${WORD}`],
  ['configure set ', String.raw`configure set (?:-\S{1,40} ){0,3}${NAME} ${WORD}`],
  ['setx ', String.raw`setx (?:\/m )?${NAME} ${QUOTE}?${WORD}`],
  ['add-authtoken ', String.raw`add-authtoken ${WORD}`],
  ['ConvertTo-SecureString ', String.raw`ConvertTo-SecureString (?:-String )?${QUOTE}${QUOTED}`],
  // echo … | sudo -S …: what a program reads as a password
  ['echo ', String.raw`echo (?:-n )?(?:${QUOTE})?${WORD}(?=(?:${QUOTE})?[ ]{0,4}\|[ ]{0,4}${READS_PASSWORD})`],
  ['gh secret set', String.raw`gh secret set[^\n"'\\]{0,80}? (?:-b|--body)[ =]${WORD}`],
]

export const IDIOM_TRIGGERS: readonly Trigger[] = IDIOMS.map(([literal, source]): Trigger => {
  const pattern = new RegExp(source, 'iy')
  return { literal, exact: true, find: ({ text }, at) => findIdiom(pattern, text, at) }
})

function findIdiom(pattern: RegExp, text: string, at: number): Finding | undefined {
  pattern.lastIndex = at
  const [match = '', secret = ''] = pattern.exec(text) ?? []
  if (secret === '' || !isPlausible(secret, 'password', 'password', 'data')) return undefined
  const end = at + match.length
  return { kind: 'password', start: end - secret.length, end }
}
