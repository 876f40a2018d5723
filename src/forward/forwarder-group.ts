/** The forwarders of one log, one per destination: none waits for another. */
import { Forwarder } from './forwarder.ts'
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.ts'

/** Numbers change with every batch; nobody looks at them more often. */
const STATUS_INTERVAL_MILLIS = 100

// Owned by the thread it runs in.
export class ForwarderGroup {
  private readonly forwarders: readonly Forwarder[]
  private readonly answer: (message: FromThread) => void

  constructor({ dir, destinations, instance, pauses }: ThreadSettings, answer: (message: FromThread) => void) {
    this.answer = answer
    this.forwarders = destinations.map(destination => {
      const { name } = destination
      let toldAt = Number.NEGATIVE_INFINITY
      let toldState = ''
      return new Forwarder({
        dir,
        destination,
        instance,
        pauses,
        onTrouble: message => answer({ kind: 'trouble', name, message }),
        onExport: operation => answer({ kind: 'exported', name, operation }),
        onStatus: status => {
          const now = performance.now()
          if (status.state === toldState && now - toldAt < STATUS_INTERVAL_MILLIS) return
          toldAt = now
          toldState = status.state
          answer({ kind: 'status', name, status })
        },
      })
    })
    for (const forwarder of this.forwarders) forwarder.start()
  }

  async handle(message: ToThread): Promise<void> {
    switch (message.kind) {
      case 'wake':
        for (const forwarder of this.forwarders) forwarder.wake()
        return
      case 'drain':
        await Promise.all(this.forwarders.map(forwarder => forwarder.drained()))
        this.answer({ kind: 'drained', id: message.id })
        return
      case 'close':
        await Promise.all(this.forwarders.map(forwarder => forwarder.close()))
        this.answer({ kind: 'closed' })
    }
  }
}
