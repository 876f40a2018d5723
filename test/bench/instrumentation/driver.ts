/** How one SDK is used by the program that is measured. The program knows nothing of Kansa. */

/** What one program can do. */
export interface Calls {
  /** One model call, whole. Absent where the SDK calls no models. */
  modelCall?(): Promise<unknown>
  /**
   * An agent's turn in which the model asks for so many tool calls in one answer, and then answers. What one call takes is
   * told from turns with more and with fewer of them. Absent where the SDK calls no tools.
   */
  toolTurn?(toolCalls: number): Promise<unknown>
}

/** @param url of a model server, without a slash at the end */
export type OpenDriver = (url: string) => Calls | Promise<Calls>

/** The model that asks for the first tool so often: see the model server of the test support. */
export function modelAskingFor(toolCalls: number): string {
  return `tools-${toolCalls}`
}
