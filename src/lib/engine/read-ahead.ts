/**
 * What the first screen will ask the device for, asked for at once: while the scripts of the screen still arrive
 * and its parts are made, the list of groups, the heads of their indexes and their newest rows are read.
 *
 * Until the first photos are painted these answers stand for all questions of the kind: the engine of this tab,
 * which could change them, has not started. What another tab changes meanwhile shows with its next event.
 */
import type { GroupId } from '#lib/base/ids.ts'
import type { DeviceStore, GroupStore } from '#lib/ports/group-store.ts'
import type { IndexHead, IndexRow, IndexStore } from '#lib/ports/index-store.ts'

/** As many as a screen asks for first. */
const firstRows = 64

interface Early {
  readonly head: Promise<IndexHead | null>
  /** By slot. */
  readonly rows: Promise<ReadonlyMap<number, IndexRow | null>>
}

/** Begins to read; after `painted` everything is asked anew. */
export function readAhead(device: DeviceStore, painted: Promise<void>): DeviceStore {
  let listings: ReturnType<DeviceStore['groups']> | null = device.groups()
  const early = new Map<GroupId, Early>()
  void painted.then(() => {
    listings = null
    early.clear()
  })

  const begin = async (): Promise<void> => {
    for (const { group } of (await listings) ?? []) {
      const { index } = await device.openGroup(group)
      if (listings !== null) early.set(group, readFirst(index))
    }
  }
  // Whoever has asked gets the failure; whoever asks after that, another answer.
  begin().catch(() => (listings = null))

  return {
    ...device,
    groups: () => listings ?? device.groups(),
    openGroup: async (group) => {
      const store = await device.openGroup(group)
      const known = early.get(group)
      return known === undefined ? store : withEarly(store, known)
    },
  }
}

function readFirst(index: IndexStore): Early {
  const head = index.head()
  const rows = head.then(async (columns) => {
    const slots = [...(columns?.slots.slice(0, firstRows) ?? [])]
    const read = await index.rows(slots)
    return new Map(slots.map((slot, n) => [slot, read[n] ?? null]))
  })
  rows.catch(() => undefined)
  return { head, rows }
}

function withEarly(store: GroupStore, { head, rows }: Early): GroupStore {
  const { index } = store
  return {
    ...store,
    index: {
      ...index,
      head: () => head,
      async rows(slots) {
        const known = await rows
        return slots.every((slot) => known.has(slot))
          ? slots.map((slot) => known.get(slot) ?? null)
          : index.rows(slots)
      },
    },
  }
}
