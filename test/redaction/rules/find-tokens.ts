import type { TokenRule } from '../../../src/redaction/token-rule.ts'

/** What a rule finds in a text, read straight from the rule: where a literal stands, the pattern is tried. */
export function findTokens(rule: TokenRule, text: string): string[] {
  const found = new Set<string>()
  for (const prefix of rule.prefixes) {
    for (let at = text.indexOf(prefix); at !== -1; at = text.indexOf(prefix, at + 1)) {
      const match = matchAround(rule, text, at)
      if (match !== undefined) found.add(match)
    }
  }
  return [...found]
}

function matchAround({ pattern, lead = 0, accepts }: TokenRule, text: string, at: number): string | undefined {
  if (at < lead) return undefined
  pattern.lastIndex = at - lead
  const match = pattern.exec(text)?.[0]
  if (match !== undefined && match.length > lead && (accepts?.(match) ?? true)) return match
  return undefined
}
