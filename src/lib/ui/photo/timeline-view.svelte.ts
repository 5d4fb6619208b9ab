/**
 * The photos of one filter as screens read them: a snapshot of the index, and the tiles near what is visible.
 *
 * A new snapshot replaces the old one only together with the tiles in sight, so that nothing blinks. While
 * no screen reads it, a view only notes that it is stale.
 */
import { createSubscriber } from 'svelte/reactivity'
import type { DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import type { Library, Tile, Timeline, TimelineFilter } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'

const chunkTiles = 64
const mostChunks = 48

type Chunk = readonly (Tile | null)[]

export class TimelineView {
  readonly #library: Library
  readonly #filter: TimelineFilter
  readonly #follow: () => void
  #timeline = $state.raw<Timeline | null>(null)
  #hasFailed = $state(false)
  #chunks = $state.raw<ReadonlyMap<number, Chunk>>(new Map())
  #asked = new Set<number>()
  #inSight = { from: 0, to: chunkTiles }
  #reading: 'idle' | 'reading' | 'again' = 'idle'
  #isStale = true

  constructor(app: App, filter: TimelineFilter) {
    this.#library = app.client.library
    this.#filter = filter
    this.#follow = createSubscriber(() => {
      if (this.#isStale) void this.refresh()
      return app.listen((event) => {
        if (event.kind === 'index' && this.#isAbout(event.group)) void this.refresh()
      })
    })
    app.listen((event) => {
      if (event.kind === 'index' && this.#isAbout(event.group)) this.#isStale = true
    })
  }

  /** The snapshot; null while it is read for the first time. */
  get timeline(): Timeline | null {
    this.#follow()
    return this.#timeline
  }

  /** The album that is shown whole, if it is one. */
  get album(): { readonly group: GroupId; readonly album: DocId } | null {
    const { groups, album } = this.#filter
    const group = groups?.[0]
    return album === undefined || group === undefined ? null : { group, album }
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** A tile; undefined while it is read, null where the item has gone. */
  tile(index: number): Tile | null | undefined {
    const number = Math.floor(index / chunkTiles)
    const chunk = this.#chunks.get(number)
    if (chunk === undefined) this.#read([number])
    return chunk?.[index % chunkTiles]
  }

  /** A tile that has been read already; nothing is read for it. */
  knownTile(index: number): Tile | null | undefined {
    return this.#chunks.get(Math.floor(index / chunkTiles))?.[index % chunkTiles]
  }

  /** A tile, read if need be. */
  async tileAt(index: number): Promise<Tile | null> {
    const timeline = this.#timeline
    if (timeline === null) return null
    return this.tile(index) ?? (await this.#library.tiles(timeline, index, index + 1))[0] ?? null
  }

  /** The tiles at these positions, in order, however far apart; what has gone is left out. */
  async tilesAt(positions: readonly number[]): Promise<Tile[]> {
    const timeline = this.#timeline
    if (timeline === null) return []
    const runs = runsOf(positions)
    const read = await Promise.all(
      runs.map(({ from, to }) => this.#library.tiles(timeline, from, to)),
    )
    return read.flat().filter((tile) => tile !== null)
  }

  async indexOf(group: GroupId, item: ItemId): Promise<number> {
    return this.#timeline === null ? -1 : this.#library.indexOf(this.#timeline, group, item)
  }

  /** Tells what is in sight: a new snapshot comes with it, and tiles that it lacks are read, unless the list flies past. */
  see(from: number, to: number, isFlying: boolean): void {
    this.#inSight = { from, to }
    if (isFlying) return
    const first = Math.floor(from / chunkTiles)
    const numbers = Array.from({ length: Math.ceil(to / chunkTiles) - first }, (_, n) => first + n)
    this.#read(numbers)
  }

  /** Reads the index again; readings asked for meanwhile become one. */
  async refresh(): Promise<void> {
    if (this.#reading !== 'idle') {
      this.#reading = 'again'
      return
    }
    this.#reading = 'reading'
    this.#isStale = false
    try {
      await this.#readSnapshot()
      this.#hasFailed = false
    } catch (cause) {
      this.#hasFailed = this.#timeline === null
      reportError(cause)
    }
    const isAgain = (this.#reading as string) === 'again'
    this.#reading = 'idle'
    if (isAgain) await this.refresh()
  }

  async #readSnapshot(): Promise<void> {
    const timeline = await this.#library.timeline(this.#filter)
    const first = Math.floor(this.#inSight.from / chunkTiles)
    const last = Math.floor(Math.max(this.#inSight.from, this.#inSight.to - 1) / chunkTiles)
    const start = first * chunkTiles
    const end = Math.min(timeline.count, (last + 1) * chunkTiles)
    const tiles = end > start ? await this.#library.tiles(timeline, start, end) : []
    const chunks = new Map(chunksOf(tiles, first))
    this.#asked = new Set(chunks.keys())
    this.#chunks = chunks
    this.#timeline = timeline
  }

  /** Reads the chunks that nobody has asked for yet; those side by side at once, which is quicker than one by one. */
  #read(numbers: readonly number[]): void {
    const timeline = this.#timeline
    if (timeline === null) return
    const asked = numbers.filter((number) => !this.#asked.has(number))
    for (const number of asked) this.#asked.add(number)
    for (const run of runsOf(asked)) void this.#readRun(timeline, run)
  }

  async #readRun(timeline: Timeline, run: Run): Promise<void> {
    const start = run.from * chunkTiles
    const end = Math.min(timeline.count, run.to * chunkTiles)
    try {
      const tiles = await this.#library.tiles(timeline, start, end)
      if (this.#timeline === timeline) this.#keep(chunksOf(tiles, run.from))
    } catch (cause) {
      for (let number = run.from; number < run.to; number++) this.#asked.delete(number)
      reportError(cause)
    }
  }

  /** Lets go of what was read longest ago beyond the limit. */
  #keep(chunks: readonly [number, Chunk][]): void {
    const all = [...this.#chunks, ...chunks]
    for (const [old] of all.slice(0, -mostChunks)) this.#asked.delete(old)
    this.#chunks = new Map(all.slice(-mostChunks))
  }

  #isAbout(group: GroupId): boolean {
    return this.#filter.groups?.includes(group) ?? true
  }
}

/** Tiles from the beginning of that chunk on. */
function chunksOf(tiles: Chunk, first: number): [number, Chunk][] {
  return Array.from({ length: Math.ceil(tiles.length / chunkTiles) }, (_, n) => [
    first + n,
    tiles.slice(n * chunkTiles, (n + 1) * chunkTiles),
  ])
}

interface Run {
  readonly from: number
  readonly to: number
}

/** Numbers in order as ranges [from, to). */
function runsOf(numbers: readonly number[]): Run[] {
  const runs: { from: number; to: number }[] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last?.to === number) last.to += 1
    else runs.push({ from: number, to: number + 1 })
  }
  return runs
}
