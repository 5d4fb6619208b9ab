/**
 * One open group: its store, replica, traffic, index and import line, constructed once, in this order.
 */
import type { Result } from '#lib/base/result.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import type { RelayPlace } from '#lib/membership/operation.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'
import { createConnections, isMember, type Connections } from '#lib/sync/connections.ts'
import { openReplica, type Replica, type ReplicaEvent } from '#lib/sync/replica.ts'
import { openSetbacks } from '#lib/sync/setbacks.ts'
import type { BringBlob } from '#lib/sync/uploads.ts'
import { albumsOf } from './album-list.ts'
import type { ImportNotice } from './api.ts'
import { createBinTending } from './bin-tending.ts'
import type { EngineParts } from './engine-parts.ts'
import { createGreeting, type Greeting } from './greeting.ts'
import { createImportPipeline, type ImportPipeline } from './import-pipeline.ts'
import { keepingIn } from './keeping-choice.ts'
import { smallFilesWanted } from './keeping-plan.ts'
import type { MemberProblem } from './member-api.ts'
import { offerBlobsAgain } from './offering-again.ts'
import { createIndexProjection, type IndexProjection } from './index-projection.ts'
import { createKeptTwins, type KeptTwins } from './kept-twins.ts'
import { troubleOf, type TroubleOfPlaces } from './trouble.ts'

/** Soon enough for a key that has just come, seldom enough for a full disk. */
const retryMs = 5000
const greetAgainMs = 1000

export interface GroupSession {
  readonly group: GroupId
  readonly store: GroupStore
  readonly replica: Replica
  readonly connections: Connections
  readonly projection: IndexProjection
  readonly keptTwins: KeptTwins
  readonly imports: ImportPipeline
  readonly greeting: Greeting
  /** Bytes sent since the queue was last empty. */
  sentBytes(): number
  close(): Promise<void>
}

export interface GroupSessionEvents {
  readonly onOverview: () => void
  readonly onIndex: () => void
  readonly onNotice: (notice: ImportNotice) => void
  /** Entries that other tabs should take from the store. */
  readonly onStored: (entries: readonly string[]) => void
  readonly onTrouble: (trouble: TroubleOfPlaces | null) => void
}

export interface GroupSessionInput {
  readonly group: GroupId
  readonly firstPlace: RelayPlace | null
  /** Brings a file of the group that this one was made out of. */
  readonly bring: (
    to: Pick<GroupSession, 'replica' | 'store'>,
    blob: BlobId,
  ) => ReturnType<BringBlob>
}

/** Runs an act on a group that this device is a member of. */
export type ActInGroup = <T, E extends { readonly kind: string }>(
  group: GroupId,
  act: (session: GroupSession) => Promise<Result<T, E>>,
) => Promise<Result<T, E | MemberProblem>>

/** Opens a group that this device has a database for. */
export async function openGroupSession(
  parts: EngineParts,
  input: GroupSessionInput,
  events: GroupSessionEvents,
): Promise<GroupSession> {
  const { group } = input
  const store = await parts.devices.openGroup(group)
  const replica = await openReplica({
    group,
    entries: store.entries,
    documents: store.documents,
    keys: store.keys,
  })
  const whenShown = () => showing.whenShown()
  const onState = () => bin.kick()
  const items = () => showing.projection.all()
  const around = { store, replica, events, whenShown, onState, items }
  const traffic = await createTraffic(parts, around, input)
  const { connections } = traffic
  const showing = createShowing(parts, { store, replica, events, connections })
  const { projection, keptTwins } = showing
  const imports = createImportPipeline({
    ...{ replica, projection, keptTwins, intake: store.intake, blobs: store.blobs, retryMs },
    ...{ notes: store.notes, reader: parts.reader, clock: parts.clock, lanes: parts.importLanes },
    leads: () => parts.tabs.leading(),
    sendAhead: connections.sendAhead,
    onNotice: events.onNotice,
    onProgress: events.onOverview,
  })

  const greeting = createGreeting({ replica, notes: store.notes, retryMs: greetAgainMs })
  const bin = createBinTending({ store, replica, projection, connections }, parts)
  const unlisten = replica.listen((event) => {
    tellOf(event, { replica, projection, events })
    if (event.kind === 'membership' && isMember(replica)) void imports.run()
    if (event.kind === 'document' || event.kind === 'release') bin.kick()
    events.onOverview()
  })

  await projection.start(albumsOf(replica))
  bin.kick()
  return {
    ...{ group, store, replica, connections, projection, keptTwins, imports, greeting },
    sentBytes: traffic.sentBytes,
    async close() {
      unlisten()
      imports.stop()
      bin.stop()
      greeting.stop()
      connections.stop()
      await projection.close()
      await replica.close()
      await store.close()
    },
  }
}

interface Showing {
  readonly projection: IndexProjection
  readonly keptTwins: KeptTwins
  /** Resolves when what the documents hold is in the index, with the pictures that come first. */
  readonly whenShown: () => Promise<void>
}

/** The index of a group, which fetches the small files of what shows for the first time. */
function createShowing(
  parts: EngineParts,
  of: Pick<GroupSession, 'store' | 'replica' | 'connections'> & { events: GroupSessionEvents },
): Showing {
  const { store, replica, events } = of
  const { downloads, holders } = of.connections
  let pictures = Promise.resolve()
  const projection = createIndexProjection({
    documents: replica.documents,
    index: store.index,
    onShown: (rows) => {
      pictures = keepingIn(store).then(
        ({ keeping }) => {
          downloads.prefetch(smallFilesWanted(rows, keeping, parts.clock()))
          return downloads.firstAhead()
        },
        () => undefined,
      )
      return pictures
    },
    onWritten: () => {
      events.onIndex()
      events.onOverview()
    },
    retryMs,
  })
  return {
    projection,
    keptTwins: createKeptTwins({ projection, blobs: store.blobs, holders, clock: parts.clock }),
    async whenShown() {
      await projection.flush()
      await pictures
    },
  }
}

/** Passes what happened in the replica on to the index and to other tabs. */
function tellOf(
  event: ReplicaEvent,
  to: { replica: Replica; projection: IndexProjection; events: GroupSessionEvents },
): void {
  const { replica, projection, events } = to
  if (event.kind === 'document' && event.doc === groupDocId(replica.group))
    projection.albumsChanged(albumsOf(replica))
  else if (event.kind === 'document') projection.changed(event.doc, event.paths)
  else if (event.kind === 'written') events.onStored([event.entry])
  else if (event.kind === 'received') events.onStored(event.entries)
}

interface Traffic {
  readonly connections: Connections
  readonly sentBytes: () => number
}

async function createTraffic(
  parts: EngineParts,
  of: {
    store: GroupStore
    replica: Replica
    events: GroupSessionEvents
    /** Resolves when what the documents hold shows, with its first pictures. */
    whenShown: () => Promise<void>
    /** A place was reached or lost, or has told all it has. */
    onState: () => void
    items: IndexProjection['all']
  },
  { firstPlace, bring }: GroupSessionInput,
): Promise<Traffic> {
  const { store, replica, events, whenShown, onState, items } = of
  const setbacks = await openSetbacks(store.notes)
  /** What a place does not take, and why. */
  const putOff = new Map<BlobId, TroubleOfPlaces>()
  let sent = 0
  const connections = createConnections({
    ...{ replica, firstPlace, setbacks, whenShown, blobs: store.blobs, notes: store.notes },
    bring: (blob) => bring({ replica, store }, blob),
    openLink: parts.openLink,
    fetch: parts.fetch,
    clock: parts.clock,
    random: parts.random,
    dutySpreadMs: parts.dutySpreadMs,
    lackPatienceMs: parts.lackPatienceMs,
    onState() {
      onState()
      events.onOverview()
    },
    onSent: (transfer) => {
      sent += transfer.size
      putOff.delete(transfer.blob)
      events.onTrouble([...putOff.values()][0] ?? null)
      events.onOverview()
    },
    onTrouble: (problem, blob) => {
      const trouble = troubleOf(problem)
      if (trouble === null) return
      if (blob !== null) putOff.set(blob, trouble)
      events.onTrouble(trouble)
    },
    onNewFeed: async (relay) => {
      await offerBlobsAgain({ store, items: items() }, { relay, clock: parts.clock })
      connections.kick()
    },
  })
  return { connections, sentBytes: () => sent }
}
