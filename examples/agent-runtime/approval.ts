/** Who is asked when no rule knows a tool call. Silence means no. */
import { once } from 'node:events'
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import type { Approver } from './permission-policy.ts'
import { visible } from './visible-text.ts'

export const nobody: Approver = () => Promise.resolve(undefined)

/** Asks the person at the terminal; there is nobody to ask where standard input is none. */
export function atTerminal(signal: AbortSignal): Approver {
  return async ({ tool, command }) => {
    if (!process.stdin.isTTY) return undefined
    // Not in terminal mode, where Ctrl-C would be a key like any other.
    const prompt = createInterface({ input: process.stdin, output: process.stdout, terminal: false })
    try {
      const question = prompt.question(`  May ${visible(tool)} run: ${visible(command.join(' '))} [y/N] `, { signal })
      const answer = await Promise.race([question, once(prompt, 'close').then(() => '')])
      return { granted: /^y(es)?$/i.test(answer.trim()), person: personHere() }
    } finally {
      prompt.close()
    }
  }
}

function personHere(): string {
  try {
    return userInfo().username
  } catch {
    // Containers often run under a number that has no name.
    return `uid ${process.getuid?.()}`
  }
}
