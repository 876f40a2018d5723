/** Which names somebody who mistyped one may have meant. */

const MAX_SUGGESTIONS = 3

/** The names that differ in at most a third of the letters, or hold the word as a part; the closest first. */
export function nearest(word: string, names: readonly string[]): string[] {
  const wanted = word.toLowerCase()
  if (wanted === '') return []
  const tolerance = Math.max(1, Math.round(wanted.length / 3))
  return names
    .map(name => ({ name, steps: stepsBetween(wanted, name.toLowerCase()) }))
    .filter(({ name, steps }) => steps <= tolerance || (wanted.length > 2 && name.toLowerCase().includes(wanted)))
    .toSorted((a, b) => a.steps - b.steps)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name)
}

/** Letters to insert, delete or replace (Levenshtein), row by row. */
function stepsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
