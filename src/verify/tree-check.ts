/**
 * Builds the log's tree again and compares it with every checkpoint. Each leaf comes from its line; the tiles say what it
 * should be. Where the two differ, one of them was changed: the tree is built both ways until a checkpoint decides.
 */
import { HASH_BYTES } from '../seal/merkle-hash.ts'
import { rootOfHashes } from '../seal/tile-hash-reader.ts'
import { TILE_BYTES, TILE_WIDTH, hashesAtLevel } from '../seal/tile.ts'
import type { ExpectedRoot } from './checkpoint-history.ts'
import type { BlockTiles } from './line-collector.ts'
import { LineRuns } from './line-runs.ts'
import type { LinePlace, LineRun } from './line-runs.ts'
import { RebuiltTree } from './rebuilt-tree.ts'
import type { FaultyTile } from './rebuilt-tree.ts'
import { readCheckedTile } from './stored-leaves.ts'
import type { CheckedTile, StoredLeaves } from './stored-leaves.ts'
import { TileFaults } from './tile-faults.ts'

/** Lines of the journal in a row, as a block has them: `count` from `first` on. */
export interface LeafLines {
  readonly hashes: Buffer
  readonly first: number
  readonly count: number
  readonly tiles: BlockTiles
}

export interface TreeFindings {
  /** Lines that are not what was sealed. */
  readonly edited: readonly LineRun[]
  /** Lines that contradict their tiles, where no checkpoint tells which of the two was changed. */
  readonly undecided: readonly LineRun[]
  readonly tileFaults: readonly FaultyTile[]
  /** Checkpoints that do not fit the tree, though a later one does. */
  readonly inconsistent: FailedRoots | undefined
  /** Neither lines nor tiles lead to the checkpoints from here on: something in `[from, to)` was changed in both. */
  readonly unresolved: { readonly from: number; readonly to: number; readonly line: number } | undefined
  /** A checkpoint that was kept elsewhere has another root. */
  readonly contradicted: readonly ExpectedRoot[]
  /** Root of the records before the first line, as their tiles have it; undefined where the lines begin with the first. */
  readonly headRoot: Buffer | undefined
}

export interface FailedRoots {
  readonly first: ExpectedRoot
  readonly count: number
}

// Owned by the verification of one log.
export class TreeCheck {
  private readonly dir: string
  private readonly leaves: StoredLeaves
  private readonly expected: Iterator<ExpectedRoot>
  private readonly kept: ExpectedRoot[]
  /** From the lines, where there are lines. */
  private tree: RebuiltTree
  /** From the tiles, where they contradict a line; from tiles above, where those contradict a tile without lines. */
  private other: RebuiltTree | undefined
  private next: ExpectedRoot | undefined
  private position = 0
  private lastGood = 0
  /** Neither a line nor a tile tells what a leaf was: nothing behind it can be compared. */
  private isLost = false
  private headRoot: Buffer | undefined
  private failed: { first: ExpectedRoot; count: number } | undefined
  private inconsistent: FailedRoots | undefined
  private readonly contradicted: ExpectedRoot[] = []
  private readonly edited = new LineRuns()
  private readonly undecided = new LineRuns()
  private undecidedTiles: number[] = []
  private readonly faults = new TileFaults()
  private upper: { index: number; tile: CheckedTile } | undefined

  /** `expected` are the log's checkpoints, `kept` those from elsewhere; both by their size. */
  constructor(dir: string, leaves: StoredLeaves, expected: Iterator<ExpectedRoot>, kept: readonly ExpectedRoot[]) {
    this.dir = dir
    this.leaves = leaves
    this.expected = expected
    this.kept = [...kept]
    this.tree = new RebuiltTree(dir, leaves.size)
    this.next = this.takeNext()
    this.compareRoots()
  }

  /** The leaf that comes next. */
  get size(): number {
    return this.position
  }

  /** The next leaves, whose lines are what their tiles say, or whose tiles are not there. */
  appendLines({ hashes, first, count, tiles }: LeafLines): void {
    this.inSteps(count, (done, step) => {
      const trees = this.trees()
      const end = first + done + step
      for (let at = first + done; at < end && !this.isLost; ) {
        const tile = this.tree.size % TILE_WIDTH === 0 && end - at >= TILE_WIDTH ? tiles.starts.indexOf(at) : -1
        for (const tree of trees) {
          if (tile === -1) tree.append(hashes, at * HASH_BYTES)
          else tree.appendTile(tiles.roots, tile * HASH_BYTES)
        }
        at += tile === -1 ? 1 : TILE_WIDTH
      }
    })
  }

  /** The next leaf, whose line has another hash than its tile says. */
  appendChanged(hash: Buffer, place: LinePlace): void {
    this.undecided.add(place, this.position)
    this.inSteps(1, () => {
      const stored = this.leaves.hash(this.position)
      if (this.isLost) return
      if (stored !== undefined) this.other ??= this.tree.fork()
      this.tree.append(hash, 0)
      this.other?.append(stored ?? hash, 0)
    })
  }

  /** The next leaves, which have no lines. */
  appendStored(count: number): void {
    const isHead = this.position === 0
    this.inSteps(count, (_, step) => {
      for (let left = step; left > 0 && !this.isLost; ) {
        const isWholeTile = this.tree.size % TILE_WIDTH === 0 && left >= TILE_WIDTH
        left -= isWholeTile ? this.appendStoredTile() : this.appendStoredLeaf()
      }
    })
    if (isHead && !this.isLost) this.headRoot = this.tree.root()
  }

  /** To be called when all leaves are there. */
  end(): TreeFindings {
    if (this.failed === undefined && !this.isLost) {
      this.tree.end()
      for (const fault of this.tree.faults) this.faults.add(fault)
    }
    const { first } = this.failed ?? {}
    return {
      edited: this.edited.items,
      undecided: this.undecided.items,
      tileFaults: this.faults.items,
      inconsistent: this.inconsistent,
      unresolved: first === undefined ? undefined : { from: this.lastGood, to: first.size, line: first.line },
      contradicted: this.contradicted,
      headRoot: this.headRoot,
    }
  }

  private trees(): RebuiltTree[] {
    return this.other === undefined ? [this.tree] : [this.tree, this.other]
  }

  /** Appends `count` leaves in steps that end where a checkpoint is to be compared, or a tile ends. */
  private inSteps(count: number, append: (done: number, step: number) => void): void {
    for (let done = 0; done < count; ) {
      this.visitTile()
      const toCompare = Math.min(this.next?.size ?? Infinity, this.kept[0]?.size ?? Infinity) - this.position
      const step = Math.min(count - done, toCompare, TILE_WIDTH - (this.position % TILE_WIDTH))
      append(done, step)
      this.position += step
      done += step
      this.compareRoots()
    }
  }

  /** Each tile is looked at once, whoever appends its leaves. */
  private visitTile(): void {
    if (this.position % TILE_WIDTH !== 0) return
    const index = this.position / TILE_WIDTH
    const { name, fault } = this.leaves.tile(index)
    if (fault !== undefined) this.faults.add({ level: 0, index, name, fault })
  }

  private appendStoredLeaf(): number {
    const stored = this.leaves.hash(this.tree.size)
    if (stored === undefined) this.isLost = true
    else for (const tree of this.trees()) tree.append(stored, 0)
    return 1
  }

  private appendStoredTile(): number {
    const index = this.tree.size / TILE_WIDTH
    const { hashes } = this.leaves.tile(index)
    const above = this.hashAbove(index)
    const own = hashes?.length === TILE_BYTES ? rootOfHashes(hashes) : above
    if (own === undefined) {
      this.isLost = true
      return TILE_WIDTH
    }
    if (above !== undefined && !above.equals(own)) {
      this.undecidedTiles.push(index)
      this.other ??= this.tree.fork()
    }
    this.tree.appendTile(own, 0)
    this.other?.appendTile(above ?? own, 0)
    return TILE_WIDTH
  }

  /** The root of a tile of leaves, as the tile above it has it. */
  private hashAbove(index: number): Buffer | undefined {
    if (index >= hashesAtLevel(1, this.leaves.size)) return undefined
    const aboveIndex = Math.floor(index / TILE_WIDTH)
    if (this.upper?.index !== aboveIndex) {
      this.upper = { index: aboveIndex, tile: readCheckedTile(this.dir, 1, aboveIndex, this.leaves.size) }
    }
    const at = (index % TILE_WIDTH) * HASH_BYTES
    return this.upper.tile.hashes?.subarray(at, at + HASH_BYTES)
  }

  private takeNext(): ExpectedRoot | undefined {
    const { done, value } = this.expected.next()
    return done === true ? undefined : value
  }

  private compareRoots(): void {
    for (; this.next?.size === this.position; this.next = this.takeNext()) if (!this.isLost) this.compare(this.next)
    for (; this.kept[0]?.size === this.position; this.kept.shift()) {
      const [root] = this.kept
      if (!this.isLost && !this.trees().some(tree => tree.root().equals(root.root))) this.contradicted.push(root)
    }
  }

  private compare(expected: ExpectedRoot): void {
    if (this.tree.root().equals(expected.root)) {
      this.decideForLines()
    } else if (this.other?.root().equals(expected.root) === true) {
      this.decideForTiles(this.other)
    } else {
      this.failed ??= { first: expected, count: 0 }
      this.failed.count++
      return
    }
    // This one fits, so those before it that did not are none of this tree.
    if (this.failed !== undefined) this.addInconsistent(this.failed)
    this.failed = undefined
    this.other = undefined
    this.undecided.take()
    this.undecidedTiles = []
    this.lastGood = expected.size
  }

  private decideForLines(): void {
    for (const { seq, count } of this.undecided.items) {
      for (let index = Math.floor(seq / TILE_WIDTH); index * TILE_WIDTH < seq + count; index++)
        this.addChangedTile(index)
    }
    // A tile above that contradicts a right one is among the tree's own faults.
  }

  private decideForTiles(other: RebuiltTree): void {
    this.edited.addAll(this.undecided.items)
    for (const index of this.undecidedTiles) this.addChangedTile(index)
    this.tree = other
  }

  private addChangedTile(index: number): void {
    const { name, fault } = this.leaves.tile(index)
    const changed = { kind: 'changed-tile', message: 'its hashes are not those of the records' } as const
    this.faults.add({ level: 0, index, name, fault: fault ?? changed })
  }

  private addInconsistent({ first, count }: FailedRoots): void {
    this.inconsistent = { first: this.inconsistent?.first ?? first, count: (this.inconsistent?.count ?? 0) + count }
  }
}
