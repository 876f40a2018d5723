/**
 * A network of its own (namespaces of Linux, needs root) in which an endpoint can be made to vanish: what is sent to its
 * address then leaves through one end of a cable whose other end drops it, so that nobody ever answers, not even with a
 * refusal. The network of the machine is not touched, and what a test leaves is gone with the last process in it.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../journal/support/test-logs.ts'

const ENDPOINT = join(import.meta.dirname, '..', 'programs', 'distant-endpoint.ts')
const PORT = 4318
// Addresses that are nobody's (RFC 5737), and a name that is nobody's (RFC 2606).
const ADDRESS = '192.0.2.2'
const RESOLVER = '192.0.2.3'
const NAME = 'collector.test'
const NEVER_THERE = '02:00:00:00:00:02'
/** As `/proc/net/tcp` writes it. */
const REMOTE = '020200C0:10DE'

const CABLE = [
  'ip link set lo up',
  'ip link add near type veth peer name far',
  'ip addr add 192.0.2.1/24 dev near',
  'ip link set near up',
  'ip link set far up',
  // Nobody has to be asked where they are: that would be answered with "unreachable" after a while.
  ...[ADDRESS, RESOLVER].map(to => `ip neigh add ${to} lladdr ${NEVER_THERE} dev near nud permanent`),
]

let answer: boolean | undefined

/** Whether there can be one here; says why not, where not. */
export function canMakeHoles(): boolean {
  const script = ['set -e', ...CABLE, 'mount --bind /dev/null /etc/resolv.conf'].join('\n')
  answer ??= spawnSync('unshare', ['--net', '--mount', 'sh', '-c', script]).status === 0
  if (!answer) console.log('needs root, unshare, ip and veth: an endpoint that is a black hole is not tested')
  return answer
}

// Owned by the test that made it, which ends it.
export class BlackHole {
  readonly url: string = `http://${ADDRESS}:${PORT}/v1/logs`
  /** The same, by a name that only a resolver knows that does not answer. */
  readonly namedUrl: string = `http://${NAME}:${PORT}/v1/logs`
  /** What goes before the command of a program that is to run in this network. */
  readonly wrapper: readonly string[]
  /** `log.record.uid` of what arrived, in order. */
  readonly ids: string[] = []
  private readonly entry: readonly string[]
  private readonly folder: string
  private readonly keeper: ChildProcess
  private readonly endpoint: ChildProcess

  /** The endpoint is not there before `open`. */
  static async make(): Promise<BlackHole> {
    const folder = mkdtempSync(join(tmpdir(), 'kansa-hole-'))
    writeFileSync(join(folder, 'resolv.conf'), `nameserver ${RESOLVER}\n`)
    writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n')
    const files = ['resolv.conf', 'hosts'].map(name => `mount --bind ${join(folder, name)} /etc/${name}`)
    const script = ['set -e', ...CABLE, ...files, 'echo made', 'exec sleep infinity'].join('\n')
    const keeper = spawn('unshare', ['--net', '--mount', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(keeper.stdout, 'data')
    const hole = new BlackHole(folder, keeper)
    await once(hole.endpoint, 'message')
    return hole
  }

  private constructor(folder: string, keeper: ChildProcess) {
    this.folder = folder
    this.keeper = keeper
    this.entry = ['--target', String(keeper.pid), '--net', '--mount']
    this.wrapper = ['nsenter', ...this.entry]
    this.endpoint = this.start([ENDPOINT, String(PORT)], ['ignore', 'inherit', 'inherit', 'ipc'])
    this.endpoint.on('message', (ids: readonly string[]) => this.ids.push(...ids))
  }

  /** The endpoint is where its address says. */
  open(): void {
    this.run('ip', 'addr', 'add', `${ADDRESS}/32`, 'dev', 'lo')
  }

  /** What is under way to it gets lost from now on, in both directions. */
  swallow(): void {
    this.run('ip', 'addr', 'del', `${ADDRESS}/32`, 'dev', 'lo')
  }

  /** Its name can be looked up without the resolver. */
  makeNameKnown(): void {
    appendFileSync(join(this.folder, 'hosts'), `${ADDRESS} ${NAME}\n`)
  }

  /** The local addresses of connections to the endpoint, made or attempted, that a process still has. */
  get connections(): readonly string[] {
    const lines = readFileSync(`/proc/${this.keeper.pid}/net/tcp`, 'utf8').trim().split('\n').slice(1)
    return lines.flatMap(line => {
      const [, local = '', remote, , , , , , , inode] = line.trim().split(/\s+/)
      // One that the kernel is still winding up is nobody's.
      return remote === REMOTE && inode !== '0' ? [local] : []
    })
  }

  /** Runs a program of Node.js in this network. */
  start(program: readonly string[], stdio: StdioOptions): ChildProcess {
    return spawn('nsenter', [...this.entry, process.execPath, ...program], { stdio })
  }

  async end(): Promise<void> {
    const processes = [this.endpoint, this.keeper]
    for (const each of processes) each.kill('SIGKILL')
    await eventually(() => processes.every(({ signalCode }) => signalCode !== null), 'the network is gone')
    rmSync(this.folder, { recursive: true })
  }

  private run(...command: readonly string[]): void {
    execFileSync('nsenter', [...this.entry, ...command])
  }
}
