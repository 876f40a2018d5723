/** A JSON array written item by item. */
export class JsonArray {
  private isEmpty = true

  /** What to write for the next item, given as JSON. */
  item(json: string): string {
    const before = this.isEmpty ? '[\n' : ',\n'
    this.isEmpty = false
    return before + json
  }

  end(): string {
    return this.isEmpty ? '[]\n' : '\n]\n'
  }
}
