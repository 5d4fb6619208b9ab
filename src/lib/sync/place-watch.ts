/**
 * What is wrong with a place, as far as its own words show it: that it has gone back to an earlier state of the same
 * feed, or that nobody brought what entries from there name.
 *
 * Back    a feed only grows, and a restored one has another id: an end before the cursor is proof. The device remembers
 *         the last time (setbacks.ts); what the place lost, devices give it again (feed-session.ts).
 * Lacks   said only when a search through the whole feed (gap-search.ts) found nothing and a while has passed. It is no
 *         proof: it may be on its way, and whoever writes an entry can name what never was.
 * Silence a place that keeps everything new back from one device shows nothing of it to that device
 * Units   times in milliseconds
 * Source  docs/design.md §5 "What counts", §9
 */
import type { EntryId, FeedId, RelayId } from '#lib/base/ids.ts'
import { minuteMs } from '#lib/base/time.ts'
import type { Cursor, EntryStore } from '#lib/ports/entry-store.ts'
import { entryIdOf } from '#lib/wire/entry.ts'
import type { EntriesFrame } from '#lib/wire/frames.ts'
import type { Replica } from './replica.ts'
import type { Setbacks } from './setbacks.ts'

export interface PlaceWatch {
  /** The feed ends there, or a frame of it; true where it was read further than that already. */
  heard(position: number, readTo: number): boolean
  /** A search through the whole feed has come to its end. */
  searched(): void
  /** Whether what others name was sought in vain for long enough. */
  lacks(): boolean
  stop(): void
}

export interface PlaceWatchParts {
  readonly replica: Pick<Replica, 'log'>
  readonly relay: RelayId
  readonly setbacks: Setbacks
  readonly clock: () => number
  /** How long something may be on its way before its absence is said. */
  readonly lackPatienceMs?: number | undefined
  readonly onChange: () => void
}

/** The watch over one place of one group, all of its sessions long. */
export function createPlaceWatch(parts: PlaceWatchParts): PlaceWatch {
  const { replica, relay, setbacks, clock, onChange } = parts
  const patienceMs = parts.lackPatienceMs ?? minuteMs
  const soughtMs = new Map<EntryId, number>()
  let later: ReturnType<typeof setTimeout> | null = null

  return {
    heard(position, readTo) {
      if (position >= readTo) return false
      setbacks.note(relay, clock())
      onChange()
      return true
    },
    searched() {
      const missing = replica.log.graph.missing()
      for (const id of soughtMs.keys()) if (!missing.has(id)) soughtMs.delete(id)
      for (const id of missing) if (!soughtMs.has(id)) soughtMs.set(id, clock())
      if (missing.size === 0 || later !== null) return
      later = setTimeout(() => {
        later = null
        onChange()
      }, patienceMs)
    },
    lacks() {
      const missing = replica.log.graph.missing()
      return [...soughtMs].some(([id, ms]) => missing.has(id) && clock() - ms >= patienceMs)
    },
    stop() {
      if (later !== null) clearTimeout(later)
      later = null
    },
  }
}

/** How far one session has read a feed. */
export interface Reading {
  /** How far this device had read before the relay said anything. */
  cursor(): Promise<Cursor | undefined>
  /** Whether a feed that ends there was read further before the relay said so. */
  hasGoneBack(feed: FeedId, end: number): Promise<boolean>
  startsAt(stand: Cursor): void
  /** Whether the relay began before what it was asked for, once: it was set back, and has grown since. */
  reached(frames: readonly EntriesFrame[]): boolean
  /** How far it is by now; null before it has started. */
  stand(): Cursor | null
}

/** To be made before the relay is asked for anything: other tabs move the cursor, too. */
export function createReading(
  watch: PlaceWatch,
  store: Pick<EntryStore, 'cursors'>,
  relay: RelayId,
): Reading {
  const before = store.cursors()
  // Whoever asks for it hears of that, too.
  before.catch(() => undefined)
  let stand: Cursor | null = null
  let isBack = false
  const cursor: Reading['cursor'] = async () => (await before).get(relay)
  return {
    cursor,
    async hasGoneBack(feed, end) {
      const known = await cursor()
      return known?.feed === feed && watch.heard(end, known.position)
    },
    startsAt: (where) => (stand = where),
    reached(frames) {
      const wasBack = isBack
      for (const frame of frames) {
        if (stand === null) return false
        if (watch.heard(Math.min(frame.from, frame.to), stand.position)) isBack = true
        stand = standAfter(frame, stand)
      }
      return isBack && !wasBack
    },
    stand: () => stand,
  }
}

function standAfter({ to, entries }: EntriesFrame, before: Cursor): Cursor {
  const { feed, position } = before
  const last = entries.at(-1)
  if (last !== undefined) return { feed, position: to, last: entryIdOf(last) }
  return to === position ? before : { feed, position: to }
}
