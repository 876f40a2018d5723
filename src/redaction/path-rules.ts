/** Places whose values are secret whatever they look like: `parameters.env.*`, `context.*.secret`, `parameters.**.pin`. */

/** The envelope around a kind's own fields, which nobody writes in a rule. */
const DATA = 'data.'
const MAX_SEGMENTS = 66

/**
 * `*` stands for one name, `**` for any number of names. A place below one that a rule says is secret too. Names are compared as
 * they are written.
 */
export class PathRules {
  readonly #rules: readonly (readonly string[])[]

  constructor(rules: readonly string[] = []) {
    this.#rules = rules.map(rule => withoutData(rule).split('.'))
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0
  }

  covers(path: string): boolean {
    if (this.isEmpty) return false
    const segments = withoutData(path).split('.', MAX_SEGMENTS)
    return this.#rules.some(rule => matches(rule, segments))
  }
}

/**
 * True where the rule's segments fit the beginning of the path. Each segment of the path is looked at once for each of the rule's: which
 * parts of the rule may come next is kept as a set, so that many `**` cannot make it slow.
 */
function matches(rule: readonly string[], path: readonly string[]): boolean {
  let next = spread(rule, [0])
  for (const segment of path) {
    if (next.includes(rule.length)) return true
    next = spread(
      rule,
      next.flatMap(part => {
        if (rule[part] === '**') return [part]
        return rule[part] === '*' || rule[part] === segment ? [part + 1] : []
      }),
    )
  }
  return next.includes(rule.length)
}

/** `parts` and those that are reached from them where `**` stands for nothing. */
function spread(rule: readonly string[], parts: readonly number[]): readonly number[] {
  const reached = new Set(parts)
  for (const part of reached) if (rule[part] === '**') reached.add(part + 1)
  return [...reached]
}

function withoutData(path: string): string {
  return path.startsWith(DATA) ? path.slice(DATA.length) : path
}
