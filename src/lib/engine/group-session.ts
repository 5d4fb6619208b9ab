/**
 * One open group: its store, replica, traffic, index and import line, constructed once, in this order.
 */
import { groupDocId } from '#lib/crypto/derive.ts'
import type { BlobId, DocId, GroupId, ItemId, RelayId } from '#lib/base/ids.ts'
import { listedAlbums, type GroupDocument } from '#lib/groups/group-document.ts'
import type { RelayPlace } from '#lib/membership/operation.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'
import { createConnections, isMember, type Connections } from '#lib/sync/connections.ts'
import { openReplica, type Replica } from '#lib/sync/replica.ts'
import type { ImportNotice } from './api.ts'
import type { EngineParts } from './engine-parts.ts'
import { createImportPipeline, type ImportPipeline } from './import-pipeline.ts'
import { createIndexProjection, type IndexProjection } from './index-projection.ts'

export interface GroupSession {
  readonly group: GroupId
  readonly store: GroupStore
  readonly replica: Replica
  readonly connections: Connections
  readonly projection: IndexProjection
  readonly imports: ImportPipeline
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
  readonly onTrouble: (trouble: 'place-full' | null) => void
}

const dayMs = 86_400_000
const keepPreviewsMs = 90 * dayMs

/** Opens a group that this device has a database for. */
export async function openGroupSession(
  parts: EngineParts,
  input: { readonly group: GroupId; readonly firstPlace: RelayPlace | null },
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
  let sent = 0

  const connections = createConnections({
    replica,
    blobs: store.blobs,
    firstPlace: input.firstPlace,
    openLink: parts.openLink,
    fetch: parts.fetch,
    clock: parts.clock,
    random: parts.random,
    dutySpreadMs: parts.dutySpreadMs,
    onState: events.onOverview,
    onSent: (transfer) => {
      sent += transfer.size
      events.onTrouble(null)
      events.onOverview()
    },
    onTrouble: (problem) => {
      if (problem.kind === 'full') events.onTrouble('place-full')
    },
    onFetched: () => undefined,
    onNewFeed: (relay) => {
      void offerBlobsAgain(store, { relay, clock: parts.clock }).then(connections.kick)
    },
  })
  const projection = createIndexProjection({
    documents: replica.documents,
    index: store.index,
    onShown: (rows) => {
      connections.downloads.prefetch(wantedHere(rows, parts.clock()))
    },
    onWritten: () => {
      events.onIndex()
      events.onOverview()
    },
  })
  const imports = createImportPipeline({
    replica,
    intake: store.intake,
    blobs: store.blobs,
    reader: parts.reader,
    projection,
    clock: parts.clock,
    lanes: parts.importLanes,
    onNotice: events.onNotice,
    onProgress: events.onOverview,
  })

  const unlisten = replica.listen((event) => {
    if (event.kind === 'document' && event.doc !== groupDocId(group))
      projection.changed(event.doc, event.paths)
    else if (event.kind === 'written') events.onStored([event.entry])
    else if (event.kind === 'received') events.onStored(event.entries)
    if (event.kind === 'membership' && isMember(replica)) void imports.run()
    events.onOverview()
  })

  await projection.start(albumsOf(replica))
  return {
    group,
    store,
    replica,
    connections,
    projection,
    imports,
    sentBytes: () => sent,
    async close() {
      unlisten()
      imports.stop()
      connections.stop()
      await projection.flush().catch(() => undefined)
      await replica.close()
      await store.close()
    },
  }
}

/** Albums that the group's document lists. */
export function albumsOf(replica: Replica): DocId[] {
  return listedAlbums(replica.documents.read<GroupDocument>(groupDocId(replica.group)))
}

/** All thumbnails, and previews of the last 90 days: what a device keeps by default (docs/design.md §8). */
function wantedHere(rows: readonly IndexRow[], nowMs: number): BlobId[] {
  const thumbnails = rows.flatMap((row) => row.thumbnail?.blob ?? [])
  const recent = rows.filter((row) => row.takenMs > nowMs - keepPreviewsMs)
  return [...thumbnails, ...recent.flatMap((row) => row.preview?.blob ?? [])]
}

/** A relay that lost its disk gets from this device whatever it lacks and this device holds. */
async function offerBlobsAgain(
  store: GroupStore,
  to: { readonly relay: RelayId; readonly clock: () => number },
): Promise<void> {
  const held = await store.blobs.list()
  const head = await store.index.head()
  const rows = head === null ? [] : await store.index.rows([...head.slots])
  const transfers: Transfer[] = []
  for (const row of rows) if (row !== null) transfers.push(...heldRenditions(row, held, to))
  await store.entries.addTransfers(transfers)
}

function heldRenditions(
  row: IndexRow,
  held: ReadonlyMap<BlobId, number>,
  to: { readonly relay: RelayId; readonly clock: () => number },
): Transfer[] {
  const ranked = [
    [row.thumbnail, 1],
    [row.preview, 2],
    [row.original, 3],
  ] as const
  return ranked.flatMap(([rendition, rank]) => {
    const size = rendition === null ? undefined : held.get(rendition.blob)
    if (rendition === null || size === undefined) return []
    const item: ItemId = row.item
    return [
      {
        relay: to.relay,
        blob: rendition.blob,
        doc: row.album,
        item,
        rank,
        addedMs: to.clock(),
        size,
      },
    ]
  })
}
