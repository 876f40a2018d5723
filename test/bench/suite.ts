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
  /** Records that Kansa did not store, or rows that it got wrong: the only thing that makes the benchmark fail. */
  readonly kansaLost: number
}

/** How much one run does. */
export type Counts = Readonly<Record<string, number>>

/** What a suite is asked to make before its first run. */
export interface PrepareRequest {
  /** An empty folder that all runs of the suite are told as `shared`; it is removed after the last one. */
  readonly folder: string
  readonly quick: boolean
  /** What is going to be measured. */
  readonly subjects: ReadonlySet<string>
}

export interface Prepared {
  /** Versions of programs that are not among the project's packages. */
  readonly versions: Readonly<Record<string, string>>
  /** Subjects that cannot be measured on this machine, and why. */
  readonly leftOut: ReadonlyMap<string, string>
}

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
  /** Subjects so slow that they are measured in the first round only. */
  readonly slow?: ReadonlySet<string>
  /** Makes what all runs share. */
  prepare?(request: PrepareRequest): Promise<Prepared>
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
  /** What the suite prepared. */
  readonly shared: string
  readonly counts: Counts
}
