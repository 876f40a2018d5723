/** Finds a text anywhere in an event, as a person sees it: in any value, whatever escapes the line has for it. */

type Finder = (value: unknown) => boolean

export function textFinder(wanted: string, ignoreCase: boolean): Finder {
  const needle = ignoreCase ? wanted.toLowerCase() : wanted
  const isIn = (text: string): boolean => (ignoreCase ? text.toLowerCase() : text).includes(needle)
  return value => {
    // Not by recursion: a line may be nested a million deep.
    const waiting: unknown[] = [value]
    while (waiting.length > 0) {
      const next = waiting.pop()
      if (typeof next === 'string') {
        if (isIn(next)) return true
      } else if (typeof next === 'object' && next !== null) for (const item of Object.values(next)) waiting.push(item)
      else if ((typeof next === 'number' || typeof next === 'boolean') && isIn(String(next))) return true
    }
    return false
  }
}
