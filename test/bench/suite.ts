/** What a suite is: a list of child-process runs, and a report that is made from their numbers alone. */

/** The numbers one run gives; the unit is in the name. */
export type Values = Readonly<Record<string, number>>

/** One scenario with one subject, measured once per round. */
export interface Measurement {
  readonly suite: string
  readonly scenario: string
  readonly subject: string
  readonly rounds: readonly Values[]
}

export interface Table {
  readonly title: string
  /** What the columns mean. */
  readonly note: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What the project holds itself to. `floor` is the worst that is accepted; without it `target` is. */
export interface Bar {
  readonly what: string
  readonly measured: number
  readonly unit: string
  readonly better: 'higher' | 'lower'
  readonly target: number
  readonly floor?: number
}

export interface Report {
  readonly tables: readonly Table[]
  readonly bars: readonly Bar[]
  /** Records given to Kansa that are in no file: the only thing that makes the benchmark fail. */
  readonly kansaLost: number
}

/** How much one run does. */
export type Counts = Readonly<Record<string, number>>

export interface Suite {
  readonly name: string
  readonly title: string
  readonly scenarios: readonly string[]
  readonly subjects: readonly string[]
  /** The program of one run: called with `RunSettings` as JSON, it prints `{ cpuMillis, values }` as JSON. */
  readonly program: URL
  /** By scenario. */
  readonly counts: Readonly<Record<string, Counts>>
  readonly quickCounts: Readonly<Record<string, Counts>>
  /** Packages whose versions belong in the result. */
  readonly packages: readonly string[]
  /** False where the scenario says nothing about the subject. */
  applies(scenario: string, subject: string): boolean
  report(measurements: readonly Measurement[]): Report
}

/** What the program of a suite is told about its run. */
export interface RunSettings {
  readonly scenario: string
  readonly subject: string
  /** An empty folder of its own. */
  readonly dir: string
  readonly counts: Counts
}
