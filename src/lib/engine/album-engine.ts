/** The part of the engine that screens ask about albums and the bin: album-api.ts over the open groups. */
import type { GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import {
  copyToAlbum,
  createAlbum,
  moveBack,
  moveToAlbum,
  placeInAlbum,
  renameAlbum,
  setAlbumBinned,
  setAlbumCover,
  setAlbumOrder,
  setBinned,
} from './album-acts.ts'
import type { AlbumApi } from './album-api.ts'
import { binOf, emptyBin } from './bin-acts.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import { changeFavourites } from './favourites.ts'
import type { GroupSession } from './group-session.ts'
import type { MemberProblem } from './member-api.ts'

export interface AlbumEngineParts {
  readonly parts: EngineParts
  readonly groups: EngineGroups
  /** Runs an act on a group that this device is a member of. */
  readonly inGroup: <T, E extends { readonly kind: string }>(
    group: GroupId,
    act: (session: GroupSession) => Promise<Result<T, E>>,
  ) => Promise<Result<T, E | MemberProblem>>
  /** Platform failures become words. */
  readonly guarded: <T, E extends { readonly kind: string }>(
    act: () => Promise<Result<T, E>>,
  ) => Promise<Result<T, E | { readonly kind: 'storage-full' | 'storage-unavailable' }>>
  readonly started: Promise<void>
}

/** Every call of album-api.ts. */
export function createAlbumEngine({
  parts,
  groups,
  inGroup,
  guarded,
  started,
}: AlbumEngineParts): AlbumApi {
  const now = () => parts.clock()
  return {
    createAlbum: ({ group, title }) => inGroup(group, (at) => createAlbum(at, title, now())),
    renameAlbum: ({ group, album, title }) => inGroup(group, (at) => renameAlbum(at, album, title)),
    setAlbumCover: ({ group, album, item }) =>
      inGroup(group, (at) => setAlbumCover(at, album, item)),
    setAlbumOrder: ({ group, album, order }) =>
      inGroup(group, (at) => setAlbumOrder(at, album, order)),
    placeInAlbum: ({ group, album, items, before }) =>
      inGroup(group, (at) => placeInAlbum(at, album, { items, before })),
    moveToAlbum: ({ group, items, album }) => inGroup(group, (at) => moveToAlbum(at, items, album)),
    moveBack: ({ group, from }) => inGroup(group, (at) => moveBack(at, from)),
    copyToAlbum: ({ group, items, album }) => inGroup(group, (at) => copyToAlbum(at, items, album)),
    setAlbumBinned: ({ group, album, binned }) =>
      inGroup(group, (at) => setAlbumBinned(at, album, { binned, nowMs: now() })),
    setBinned: ({ group, items, binned }) =>
      inGroup(group, (at) => setBinned(at, items, { binned, nowMs: now() })),
    setFavourite: ({ group, items, isFavourite }) =>
      guarded(async () => {
        const session = groups.session(group)
        if (session === null) return err({ kind: 'unknown' })
        await changeFavourites(session.store, items, isFavourite)
        groups.indexChanged(group)
        return ok(null)
      }),
    async bin(group) {
      await started
      const session = groups.session(group)
      return session === null ? null : binOf(session, now())
    },
    emptyBin: ({ group, items, albums }) =>
      inGroup(group, (at) =>
        emptyBin(at, {
          ...(items === undefined ? {} : { items }),
          ...(albums === undefined ? {} : { albums }),
        }),
      ),
  }
}
