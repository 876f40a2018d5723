/** Goes through a JSON value, and through JSON in its texts, and tells the place of every text in it. */

/** Where something stands, from the innermost name to the outermost: a path is put together only where it is needed. */
export interface Place {
  readonly name: string
  readonly parent: Place | undefined
}

/** What the walk comes by. */
export interface WalkVisitor {
  /** True where everything under a member of this name is secret. */
  isSecretName(name: string): boolean
  text(text: string, place: Place): void
  /** A text or a large number under such a name. */
  secret(value: string, name: string, place: Place): void
  /** A member's own name, of those that are long enough to hold something. */
  name(name: string, place: Place): void
}

/** An object or array that is being gone through. */
interface Frame {
  readonly value: object
  readonly place: Place | undefined
  /** The name that makes all of it secret. */
  readonly secretName: string | undefined
  /** The secret name that stands beside a value: in `{ name, value }`, or in `[name, value]`. */
  readonly nameBeside: string | undefined
  /** Of an object. */
  readonly names: readonly string[] | undefined
  next: number
}

/** True for a member that holds nothing anybody wrote. */
export type PassOver = (name: string, member: unknown) => boolean

const NOTHING: PassOver = () => false

/** In a shorter name there is no room for a secret that a rule would find. */
const MIN_NAME_LENGTH = 12
/** A smaller number under a secret name is a count, of tokens or of secrets, and no PIN. */
const LEAST_NUMBER = 1000
/** Of a path that is shown. */
const MAX_NAMES = 32

/** `passOver` is about the members of the outermost object. With a stack of its own, and one frame for each level: neither deep nor wide values can end the program. */
export function walkJson(root: object, visitor: WalkVisitor, passOver: PassOver = NOTHING): void {
  const stack = [frameOf(root, undefined, undefined, visitor)]
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const inner = step(frame, visitor, stack.length === 1 ? passOver : NOTHING)
    if (inner === 'end') stack.pop()
    else if (inner !== undefined) stack.push(inner)
  }
}

/** `event_type.data.parameters.env.3`; of a deeply nested place the innermost names, behind an ellipsis. */
export function pathOf(place: Place, shown: (name: string) => string): string {
  const names: string[] = []
  let at: Place | undefined = place
  for (; at !== undefined && names.length < MAX_NAMES; at = at.parent) names.push(shown(at.name))
  if (at !== undefined) names.push('…')
  return names.toReversed().join('.')
}

/** An object or array; `undefined` for any other text. */
export function jsonIn(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Deals with the next member of a frame; gives the frame to go on with, where that is another one. */
function step(frame: Frame, visitor: WalkVisitor, passOver: PassOver): Frame | 'end' | undefined {
  const { value, names, place: parent } = frame
  const index = frame.next++
  const name = names === undefined ? String(index) : names[index]
  if (name === undefined || (Array.isArray(value) && index >= value.length)) return 'end'
  const member: unknown = Array.isArray(value) ? value[index] : Reflect.get(value, name)
  if (passOver(name, member)) return undefined
  const isText = typeof member === 'string' && member !== ''
  const isNamed = names !== undefined && name.length >= MIN_NAME_LENGTH
  const secretName = frame.secretName ?? secretNameOf(frame, name, visitor)
  const isSecretNumber = typeof member === 'number' && Math.abs(member) >= LEAST_NUMBER && secretName !== undefined
  const isObject = typeof member === 'object' && member !== null
  if (!isText && !isNamed && !isSecretNumber && !isObject) return undefined
  const place = { name, parent }
  if (isNamed) visitor.name(name, place)
  if (isObject) return frameOf(member, place, secretName, visitor)
  if (secretName !== undefined && (isText || isSecretNumber)) visitor.secret(String(member), secretName, place)
  else if (isText) {
    const inside = jsonIn(member)
    if (inside !== undefined) return frameOf(inside, place, undefined, visitor)
    visitor.text(member, place)
  }
  return undefined
}

function secretNameOf(frame: Frame, name: string, visitor: WalkVisitor): string | undefined {
  if (frame.nameBeside !== undefined && name === (frame.names === undefined ? '1' : 'value')) return frame.nameBeside
  return frame.names !== undefined && visitor.isSecretName(name) ? name : undefined
}

function frameOf(value: object, place: Place | undefined, secretName: string | undefined, visitor: WalkVisitor): Frame {
  const names = Array.isArray(value) ? undefined : Object.keys(value)
  const beside = nameBesideValue(value)
  const nameBeside = beside !== undefined && visitor.isSecretName(beside) ? beside : undefined
  return { value, place, secretName, nameBeside, names, next: 0 }
}

/** As headers and environments are written. */
function nameBesideValue(value: object): string | undefined {
  const names: unknown[] = Array.isArray(value)
    ? value.length === 2
      ? [value[0]]
      : []
    : 'value' in value
      ? [Reflect.get(value, 'name'), Reflect.get(value, 'key')]
      : []
  return names.find(name => typeof name === 'string')
}
