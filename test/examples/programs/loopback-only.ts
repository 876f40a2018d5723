// Preloaded into examples under test: a connection to anywhere but this machine is an error.
import { Socket } from 'node:net'

// oxlint-disable-next-line typescript/unbound-method -- always called with its `this`, below
const connect: (...args: never[]) => Socket = Socket.prototype.connect

Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const [first] = args.flat()
  const host = typeof first === 'object' && first !== null && 'host' in first ? first.host : '127.0.0.1'
  if (host !== '127.0.0.1') throw new Error(`no network in tests: ${String(host)}`)
  return Reflect.apply(connect, this, args)
}
