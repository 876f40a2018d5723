/**
 * What happens when the process ends. One set of process listeners serves every logger. `uncaughtException` is never
 * listened to: the exit that follows it comes through here with its code unchanged.
 */

export interface ExitParticipant {
  /** Synchronously makes everything durable; the process may go on afterwards. MUST NOT throw. */
  commitSync(): void
  /** Synchronously ends the log. MUST NOT throw. */
  closeSync(reason: string): void
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

// Marks our listeners: those of a second copy of the package are no reason to survive a signal, or to be the last.
const OURS = Symbol.for('kansa.exit-listener')

// Owned by this file: the listeners are there exactly while somebody takes part.
const participants = new Set<ExitParticipant>()
const signalListeners = new Map<Signal, () => void>(
  SIGNALS.map(signal => [signal, Object.assign(() => onSignal(signal), { [OURS]: true })]),
)

// Owned by this file: what can be said only at the very end.
const lastWords = new Set<() => void>()

const onExit = Object.assign(
  (code: number): void => {
    for (const say of lastWords) say()
    for (const participant of participants) participant.closeSync(`exit code ${code}`)
  },
  { [OURS]: true },
)

/** Takes part until the returned function is called. */
export function joinExit(participant: ExitParticipant): () => void {
  if (participants.size === 0) listen()
  participants.add(participant)
  return () => {
    if (participants.delete(participant) && participants.size === 0) unlisten()
  }
}

/** Calls `say` when the process ends, while what it logs is still written. It MUST NOT throw. */
export function beforeClosing(say: () => void): void {
  lastWords.add(say)
}

/**
 * First in line for signals: a listener of the application's that is there once only would be gone by the time ours
 * looks who else listens. Last in line for the exit: the application's exit listeners may log too.
 */
function listen(): void {
  process.on('exit', onExit)
  process.on('newListener', stayLast)
  for (const [signal, listener] of signalListeners) process.prependListener(signal, listener)
}

function unlisten(): void {
  process.off('exit', onExit)
  process.off('newListener', stayLast)
  for (const [signal, listener] of signalListeners) process.off(signal, listener)
}

function stayLast(event: string | symbol, added: object): void {
  if (event !== 'exit' || OURS in added) return
  process.nextTick(() => {
    if (participants.size === 0) return
    process.off('exit', onExit)
    process.on('exit', onExit)
  })
}

/**
 * A signal ends the process only where Kansa is the sole listener: then it must still end it, by that same signal. Where
 * the application listens too, it decides.
 */
function onSignal(signal: Signal): void {
  const sole = process.listeners(signal).every(listener => OURS in listener)
  if (sole) for (const say of lastWords) say()
  for (const participant of participants) {
    if (sole) participant.closeSync(signal)
    else participant.commitSync()
  }
  if (!sole) return
  unlisten()
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}
