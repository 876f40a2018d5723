/** What is measured: something that takes events one by one and has them in files at the end. */
export interface Subject<Event = unknown> {
  /** Puts together what `log` takes; the caller's part of the work. */
  make(index: number): Event
  log(event: Event): void
  /** Resolves when the files hold everything, as far as the subject can tell. Called once, at the end. */
  flush(): Promise<void>
  /** Ends what `flush` left open. */
  close?(): Promise<void>
  /** Where the events are logged from; by default from the top of the program. */
  surround?<T>(body: () => Promise<T>): Promise<T>
}

/** Opens a subject that writes into the empty folder `dir`. */
export type OpenSubject = (dir: string) => Promise<Subject>
