/**
 * The library on a device's stores (library.ts): no engine, no network.
 *
 * A group that cannot be read just now is left out rather than hiding the others: one that another tab is
 * about to forget, or one whose index is being made again.
 */
import type { GroupId, ItemId, MemberId } from '#lib/base/ids.ts'
import type { DeviceStore, GroupListing, GroupStore } from '#lib/ports/group-store.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { GroupCard, Overview, Safety } from './api.ts'
import { cardOf, namesIn } from './group-card.ts'
import type { ChosenTimelines } from './chosen-timeline.ts'
import { favouritesIn } from './favourites.ts'
import type { Library, Tile, Timeline, TimelineFilter } from './library.ts'
import { waitingOf } from './safety.ts'
import { emptyTimeline, mergeTimelines, tieIn, timelineOf } from './timeline.ts'

/** Between tries to read from a storage whose connection was lost: an empty grid would look like lost photos. */
const pausesMs = [100, 500, 2000]

export interface LibraryOptions {
  /** Whether the device has no network at all, as far as it knows. */
  readonly isOffline: () => boolean
}

/** The library of this device; the stores stay the caller's. Works offline; a second tab's changes show in the next timeline. */
export function createLibrary(device: DeviceStore, { isOffline }: LibraryOptions): Library {
  let chosen: Promise<ChosenTimelines> | null = null
  const besides = onceForEach((shown: Timeline) => readBeside(device, shown))
  return {
    overview: async () => {
      const listings = await device.groups()
      if (listings.length === 0) return null
      return overviewOf(device, listings, isOffline())
    },
    timeline: async (filter) => {
      const shown = await timeline(device, filter)
      if ((filter.text ?? '') === '' && filter.favourites !== true) return shown
      chosen ??= import('./chosen-timeline.ts').then((made) => made.createChosenTimelines(device))
      return (await chosen).of(shown, filter)
    },
    tiles: (shown, from, to, beside) => {
      if (beside === 'renewed') besides.forget(shown)
      return tiles(device, shown, { from, to, beside: besides.of })
    },
    indexOf: async (shown, group, item) => {
      const store = await device.openGroup(group)
      const row = await store.index.row(item)
      return row === null ? -1 : positionOf(store, shown, { group, item, takenMs: row.takenMs })
    },
  }
}

async function overviewOf(
  device: DeviceStore,
  listings: readonly GroupListing[],
  offline: boolean,
): Promise<Overview> {
  const groups = listings.map(cardOf).filter((card) => card !== null)
  const waiting = await Promise.all(
    groups.map(({ id }) =>
      readable(async () => (await waitingOf(await device.openGroup(id), [])).items),
    ),
  )
  const safety: Safety = {
    waiting: waiting.reduce<number>((sum, items) => sum + (items ?? 0), 0),
    offline,
    importing: null,
    sending: null,
    fetching: null,
    places: leastPlaces(groups),
    trouble: null,
  }
  return { groups, safety }
}

function leastPlaces(groups: readonly GroupCard[]): number | null {
  const withPhotos = groups.filter((card) => card.albums.some((album) => album.count > 0))
  return withPhotos.length === 0 ? null : Math.min(...withPhotos.map((card) => card.places.length))
}

async function timeline(device: DeviceStore, filter: TimelineFilter): Promise<Timeline> {
  const groups = filter.groups ?? (await device.groups()).map((listing) => listing.group)
  const found = await Promise.all(
    groups.map((group) =>
      readable(async () => {
        const head = await (await device.openGroup(group)).index.head()
        if (head === null) return null
        return inOrder(device, timelineOf(group, head, filter.album), filter)
      }),
    ),
  )
  return found.filter((part) => part !== null).reduce(mergeTimelines, emptyTimeline)
}

/** Albums in other orders than newest first are rare: what that takes is fetched when there is one. */
async function inOrder(
  device: DeviceStore,
  shown: Timeline,
  { album, order = 'newest' }: TimelineFilter,
): Promise<Timeline> {
  if (album === undefined || order === 'newest') return shown
  const { reordered } = await import('./album-timeline.ts')
  return reordered(device, shown, order)
}

interface TilesWish {
  readonly from: number
  readonly to: number
  readonly beside: (shown: Timeline) => Promise<Beside>
}

async function tiles(
  device: DeviceStore,
  shown: Timeline,
  { from, to, beside }: TilesWish,
): Promise<(Tile | null)[]> {
  const end = Math.min(to, shown.count)
  const positions = Array.from({ length: Math.max(0, end - from) }, (_, n) => from + n)
  const found: (Tile | null)[] = positions.map(() => null)
  await Promise.all(
    shown.groups.map(async (group, number) => {
      const mine = positions.filter((position) => shown.groupOf[position] === number)
      if (mine.length === 0) return
      const slots = mine.map((position) => shown.slots[position] ?? 0)
      const read = readable(async () => (await device.openGroup(group)).index.rows(slots))
      const [rows, { names, favourites }] = await Promise.all([read, beside(shown)])
      for (const [n, row] of (rows ?? []).entries())
        if (row !== null)
          found[(mine[n] ?? 0) - from] = {
            ...toTile(group, row, names),
            isFavourite: favourites.get(group)?.has(row.item) ?? false,
          }
    }),
  )
  return found
}

/** What tiles say beyond their rows. */
interface Beside {
  readonly names: Names
  readonly favourites: ReadonlyMap<GroupId, ReadonlySet<string>>
}

async function readBeside(device: DeviceStore, { groups }: Timeline): Promise<Beside> {
  const dear = groups.map((group) =>
    readable(async () => favouritesIn(await device.openGroup(group))),
  )
  const [names, ...sets] = await Promise.all([authorNames(device), ...dear])
  return { names, favourites: new Map(groups.map((group, n) => [group, sets[n] ?? new Set()])) }
}

/** Reads once for each key, and again where that failed or was forgotten. */
function onceForEach<K extends object, V>(read: (key: K) => Promise<V>) {
  const kept = new WeakMap<K, Promise<V>>()
  const forget = (key: K) => kept.delete(key)
  const of = (key: K): Promise<V> => {
    const value =
      kept.get(key) ??
      read(key).catch((error: unknown) => {
        forget(key)
        throw error
      })
    kept.set(key, value)
    return value
  }
  return { of, forget }
}

async function positionOf(
  store: GroupStore,
  shown: Timeline,
  wanted: { readonly group: GroupId; readonly item: ItemId; readonly takenMs: number },
): Promise<number> {
  const number = shown.groups.indexOf(wanted.group)
  const { from, to } =
    shown.order === undefined ? tieIn(shown, wanted.takenMs) : { from: 0, to: shown.count }
  const positions = Array.from({ length: to - from }, (_, n) => from + n)
  const mine = positions.filter((position) => shown.groupOf[position] === number)
  const rows = await store.index.rows(mine.map((position) => shown.slots[position] ?? 0))
  return mine[rows.findIndex((row) => row?.item === wanted.item)] ?? -1
}

type Names = ReadonlyMap<GroupId, ReadonlyMap<MemberId, string>>

async function authorNames(device: DeviceStore): Promise<Names> {
  const cards = (await device.groups()).map(cardOf).filter((card) => card !== null)
  return new Map(cards.map((card) => [card.id, namesIn(card)]))
}

function toTile(group: GroupId, row: IndexRow, names: Names): Omit<Tile, 'isFavourite'> {
  const { album, item, kind, takenMs, offsetMinutes, width, height, durationMs, thumbhash } = row
  return {
    ...{ group, album, item, kind, takenMs, offsetMinutes, width, height, durationMs, thumbhash },
    authorName: names.get(group)?.get(row.author) ?? '',
    name: row.name,
    mime: row.mime,
    caption: row.caption,
    thumbnail: row.thumbnail?.blob ?? null,
    preview: row.preview?.blob ?? null,
    original: row.original?.blob ?? null,
    film: row.motion?.blob ?? row.filmInside,
  }
}

/** Null where that group's storage cannot be read, also after a while where the connection to it was lost. */
async function readable<T>(read: () => Promise<T>): Promise<T | null> {
  for (const pauseMs of [...pausesMs, null])
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof StorageProblem)) throw error
      if (error.kind !== 'unavailable' || pauseMs === null) return null
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  return null
}
