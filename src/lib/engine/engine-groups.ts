/**
 * The groups that are open in this tab, and what every tab knows of them.
 *
 * Errors  a group that cannot be opened does not keep the others from opening
 */
import type { EntryId, GroupId } from '#lib/base/ids.ts'
import type { RelayPlace } from '#lib/membership/operation.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { hasModuleEnded } from '#lib/sync/automerge.ts'
import { isMember } from '#lib/sync/connections.ts'
import { bringFromOrigin } from './borrowing.ts'
import type { EngineEvent, GroupCard, PlaceCard } from './api.ts'
import { groupCardOf, placeCardOf } from './cards.ts'
import type { EngineParts } from './engine-parts.ts'
import { createCarrier } from './forking.ts'
import { cardOf as listedCard, haveSameNames } from './group-card.ts'
import { openGroupSession, type GroupSession } from './group-session.ts'
import { standingOf } from './standing.ts'
import { isOfPlaces, type Trouble } from './trouble.ts'

export interface EngineGroups {
  /** Opens all groups of the device; resolves when each is open. */
  start(): Promise<void>
  session(group: GroupId): GroupSession | null
  sessions(): GroupSession[]
  /** Opens a group whose database exists, and lists it on the device. */
  open(group: GroupId, firstPlace?: RelayPlace): Promise<GroupSession>
  /** Closes a group and removes all of it from the device. */
  forget(group: GroupId): Promise<void>
  /** Closes the group without forgetting it. */
  shut(group: GroupId): Promise<void>
  /** Writes the device's list and tells other tabs. */
  list(group: GroupId): Promise<void>
  /** What grids show of a group changed: tells this tab's screens, and other tabs. */
  indexChanged(group: GroupId): void
  cards(): GroupCard[]
  /** Whether the device has the group, open already or not. */
  isListed(group: GroupId): Promise<boolean>
  /** The group that this device has made out of this one, if it has. */
  continuedIn(group: GroupId): GroupId | null
  trouble(): Trouble | null
  setTrouble(trouble: Trouble | null): void
  close(): Promise<void>
}

/** No group is open until `start`. */
export function createEngineGroups(
  parts: EngineParts,
  emit: (event: EngineEvent) => void,
): EngineGroups {
  const { devices, tabs } = parts
  const open = new Map<GroupId, GroupSession>()
  const opening = new Map<GroupId, Promise<GroupSession>>()
  const storedMeanwhile = createMeanwhile()
  const placesElsewhere = new Map<GroupId, readonly PlaceCard[]>()
  let trouble: Trouble | null = null
  let saving: ReturnType<typeof setTimeout> | null = null

  const sessionOf = (group: GroupId): GroupSession | null => open.get(group) ?? null
  const carrier = createCarrier(sessionOf, { clock: parts.clock, leads: tabs.leading })
  const listingOf = async (group: GroupId) =>
    (await devices.groups()).find((listing) => listing.group === group)
  const isListed = async (group: GroupId) => (await listingOf(group)) !== undefined

  const continuedIn = (group: GroupId): GroupId | null => {
    for (const session of open.values())
      if (session.replica.secrets().fork?.from === group) return session.group
    return null
  }

  const cardOf = (session: GroupSession): GroupCard =>
    groupCardOf({
      ...session,
      continuedIn: continuedIn(session.group),
      places: tabs.leading() ? undefined : placesElsewhere.get(session.group),
    })

  const indexChanged = (group: GroupId): void => {
    emit({ kind: 'index', group })
    tabs.post({ kind: 'index', group })
  }

  const list = async (group: GroupId): Promise<void> => {
    const session = open.get(group)
    if (session === undefined) return
    const known = await listingOf(group)
    // Forgotten meanwhile, it must not come back into the list.
    if (open.get(group) !== session) return
    const card = cardOf(session)
    const standing = standingOf(session.replica)
    await devices.putGroup({ group, standing, addedMs: known?.addedMs ?? parts.clock(), card })
    // Tiles say by whom a photo is.
    if (known !== undefined && !haveSameNames(listedCard(known), card)) indexChanged(group)
  }

  const saveCards = (): void => {
    saving ??= setTimeout(() => {
      saving = null
      if (!tabs.leading()) return
      void Promise.all([...open.keys()].map(list)).catch(() => undefined)
    }, 300)
  }

  const overviewChanged = (group: GroupId): void => {
    const session = open.get(group)
    if (session !== undefined && tabs.leading())
      tabs.post({ kind: 'places', group, places: session.connections.places().map(placeCardOf) })
    emit({ kind: 'overview' })
    saveCards()
  }

  const openNow = async (group: GroupId, firstPlace: RelayPlace | null): Promise<GroupSession> => {
    const session = await openGroupSession(
      parts,
      {
        ...{ group, firstPlace },
        bring: (to, blob) => bringFromOrigin({ session: sessionOf, isListed }, to, blob),
      },
      {
        onOverview: () => {
          overviewChanged(group)
        },
        onIndex: () => {
          indexChanged(group)
        },
        onNotice: (notice) => {
          emit({ kind: 'import', notice })
        },
        onStored: (entries) => {
          tabs.post({ kind: 'stored', group, entries: entries as readonly EntryId[] })
        },
        onTrouble: (next) => {
          if (next === null && !isOfPlaces(trouble)) return
          trouble = next
          emit({ kind: 'overview' })
        },
      },
    )
    open.set(group, session)
    void takeFromStore(session, storedMeanwhile.end(group))
    session.connections.lead(tabs.leading())
    if (tabs.leading() && isMember(session.replica)) void session.imports.run()
    for (const each of open.values()) carrier.kick(each)
    overviewChanged(group)
    return session
  }

  const openOnce = (group: GroupId, firstPlace: RelayPlace | null): Promise<GroupSession> => {
    const already = open.get(group)
    if (already !== undefined) return Promise.resolve(already)
    const running =
      opening.get(group) ??
      openNow(group, firstPlace).finally(() => {
        opening.delete(group)
        storedMeanwhile.end(group)
      })
    opening.set(group, running)
    return running
  }

  const storedElsewhere = (group: GroupId, entries: readonly EntryId[]): void => {
    const session = open.get(group)
    if (session !== undefined) void takeFromStore(session, entries)
    else if (opening.has(group)) storedMeanwhile.note(group, entries)
  }

  const shut = async (group: GroupId): Promise<void> => {
    const session = open.get(group)
    open.delete(group)
    await session?.close()
    emit({ kind: 'overview' })
  }

  const openListed = async (): Promise<void> => {
    const listed = await devices.groups()
    await Promise.allSettled(listed.map(({ group }) => openOnce(group, null)))
    const names = new Set(listed.map(({ group }) => group))
    for (const group of open.keys()) if (!names.has(group) && !opening.has(group)) await shut(group)
    emit({ kind: 'overview' })
  }

  tabs.onLead((leading) => {
    for (const session of open.values()) {
      session.connections.lead(leading)
      if (leading && isMember(session.replica)) void session.imports.run()
      carrier.kick(session)
    }
    emit({ kind: 'overview' })
  })
  tabs.onMessage((message) => {
    if (message.kind === 'groups') void openListed()
    else if (message.kind === 'stored') storedElsewhere(message.group, message.entries)
    else if (message.kind === 'index') emit({ kind: 'index', group: message.group })
    else if (message.kind === 'intake') {
      if (tabs.leading()) void open.get(message.group)?.imports.run()
    } else {
      placesElsewhere.set(message.group, message.places)
      emit({ kind: 'overview' })
    }
  })

  return {
    ...{ start: openListed, session: sessionOf, isListed, continuedIn },
    ...{ shut, indexChanged, trouble: () => (hasModuleEnded() ? 'out-of-memory' : trouble) },
    sessions: () => [...open.values()],
    open: (group, firstPlace) => openOnce(group, firstPlace ?? null),
    async list(group) {
      await list(group)
      tabs.post({ kind: 'groups' })
    },
    async forget(group) {
      await shut(group)
      await devices.forgetGroup(group)
      tabs.post({ kind: 'groups' })
    },
    cards: () => [...open.values()].map(cardOf),
    setTrouble(next) {
      trouble = next
      emit({ kind: 'overview' })
    },
    async close() {
      if (saving !== null) clearTimeout(saving)
      carrier.stop()
      for (const group of [...open.keys()]) await shut(group)
      tabs.close()
    },
  }
}

/** What other tabs store while a group is being opened here: it may have been read before. */
function createMeanwhile() {
  const stored = new Map<GroupId, EntryId[]>()
  return {
    note(group: GroupId, entries: readonly EntryId[]): void {
      stored.set(group, [...(stored.get(group) ?? []), ...entries])
    },
    end(group: GroupId): EntryId[] {
      const entries = stored.get(group) ?? []
      stored.delete(group)
      return entries
    },
  }
}

/** Another tab has stored entries (or received them): take them in, and send what is ours to send. */
async function takeFromStore(session: GroupSession, entries: readonly EntryId[]): Promise<void> {
  if (entries.length === 0) return
  try {
    await session.replica.adopt(entries)
    session.connections.kick()
  } catch (cause) {
    // A group that is closed meanwhile reads them when it is opened again.
    if (!(cause instanceof StorageProblem)) throw cause
  }
}
