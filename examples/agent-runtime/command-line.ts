/** A command as a model writes it, taken apart the way a shell would, but without a shell's powers. */

const PIECE = /(\s+)|"([^"]*)"|'([^']*)'|([^\s"']+)/y
// Outside quotes these mean something to a shell. They would be plain text here, which is not what the model wants.
const SHELL_SYNTAX = /[;&|<>`$(){}*?~\\]/

/**
 * The words of a single plain command.
 * @throws SyntaxError for an empty command, an open quote, or shell syntax (pipes, redirection, expansion).
 */
export function splitCommand(command: string): string[] {
  const words: string[] = []
  let word: string | undefined
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < command.length) {
    const piece = PIECE.exec(command)
    if (piece === null) throw new SyntaxError(`a quote is not closed: ${command}`)
    const [, space, double, single, plain] = piece
    if (plain !== undefined && SHELL_SYNTAX.test(plain)) throw new SyntaxError(`only one plain command, not: ${plain}`)
    if (space === undefined) {
      word = (word ?? '') + (double ?? single ?? plain ?? '')
    } else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  if (word !== undefined) words.push(word)
  if (words.length === 0) throw new SyntaxError('the command is empty')
  return words
}
