/** The part of the engine that screens ask about space: storage-api.ts over the open groups. */
import { ok } from '#lib/base/result.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { AlbumEngineParts } from './album-engine.ts'
import type { GroupCard } from './api.ts'
import type { GroupSession } from './group-session.ts'
import { changeKeeping, keepingIn } from './keeping-choice.ts'
import { bytesByChoice, filesOf } from './keeping-plan.ts'
import type { KeepingTending } from './keeping-tending.ts'
import type { GroupStorage, StorageApi } from './storage-api.ts'

export interface StorageEngineParts extends Pick<
  AlbumEngineParts,
  'parts' | 'groups' | 'inGroup' | 'started'
> {
  readonly tending: Pick<KeepingTending, 'chosen'>
}

/** Every call of storage-api.ts. */
export function createStorageEngine(of: StorageEngineParts): StorageApi {
  const { parts, groups, inGroup, started, tending } = of
  return {
    async storage() {
      await started
      const cards = new Map(groups.cards().map((card) => [card.id, card]))
      const figures = groups
        .sessions()
        .map((session) => storageIn(session, cards.get(session.group), parts.clock()))
      return { ...(await parts.storageEstimate()), groups: await Promise.all(figures) }
    },
    setKeeping: ({ group, keeping }) =>
      inGroup(group, async ({ store }) => {
        await changeKeeping(store, keeping, parts.clock())
        // Whoever leads gives up and fetches.
        await parts.tabs.claim()
        tending.chosen()
        return ok(null)
      }),
  }
}

async function storageIn(
  { group, store, replica, projection }: GroupSession,
  card: GroupCard | undefined,
  nowMs: number,
): Promise<GroupStorage> {
  const held = await store.blobs.list()
  return {
    id: group,
    name: card?.name ?? '',
    photos: (card?.albums ?? []).reduce((count, album) => count + album.count, 0),
    blobBytes: [...held.values()].reduce((total, { size }) => total + size, 0),
    keeping: isMember(replica) ? (await keepingIn(store)).keeping : null,
    wouldTake: bytesByChoice(filesOf([...projection.all()]), nowMs),
  }
}
