/** How wide the terminal is. */

const DEFAULT_COLUMNS = 80

/** Asked for every time: windows change their size. */
export function terminalColumns(stream: NodeJS.WriteStream = process.stdout): number {
  const wanted = Number(process.env['COLUMNS'])
  if (Number.isInteger(wanted) && wanted > 0) return wanted
  return stream.columns || DEFAULT_COLUMNS
}
