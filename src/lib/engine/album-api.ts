/**
 * What screens may ask of albums and the bin (a part of api.ts, with its rules: works offline, safe to repeat).
 *
 * Two people at once: of two moves, names, covers or orders one holds; taking something out of the bin wins over
 * emptying it, and over releasing its files while a place still has them aside (30 days).
 */
import type { BlobId, DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import type { AlbumOrder } from '#lib/albums/album-arranging.ts'
import type { ChangeProblem } from './api.ts'

/** One photo in the bin. */
export interface BinnedPhoto {
  readonly item: ItemId
  readonly albumTitle: string
  readonly kind: 'photo' | 'video' | 'file'
  readonly name: string
  readonly authorName: string
  readonly takenMs: number
  readonly thumbhash: Uint8Array
  readonly thumbnail: BlobId | null
  readonly preview: BlobId | null
  readonly width: number
  readonly height: number
  /** Who put it there; empty where that is not known. */
  readonly byName: string
  /** Days until it goes by itself, less one for each on which this device saw it there. */
  readonly daysLeft: number
  /** Whether this person may delete it for good: who added it, and admins. */
  readonly mayEmpty: boolean
}

/** An album in the bin with all it showed. */
export interface BinnedAlbum {
  readonly album: DocId
  readonly title: string
  readonly count: number
  readonly cover: BlobId | null
  readonly byName: string
  readonly daysLeft: number
  readonly mayEmpty: boolean
}

export interface Bin {
  readonly photos: readonly BinnedPhoto[]
  readonly albums: readonly BinnedAlbum[]
}

export interface AlbumApi {
  createAlbum(input: {
    group: GroupId
    title: string
  }): Promise<Result<{ album: DocId }, ChangeProblem>>
  renameAlbum(input: {
    group: GroupId
    album: DocId
    title: string
  }): Promise<Result<null, ChangeProblem>>
  /** Null leaves the cover to the newest photo. */
  setAlbumCover(input: {
    group: GroupId
    album: DocId
    item: ItemId | null
  }): Promise<Result<null, ChangeProblem>>
  setAlbumOrder(input: {
    group: GroupId
    album: DocId
    order: AlbumOrder
  }): Promise<Result<null, ChangeProblem>>
  /** Places photos, in this order, before another one of the album (null: at its end), and orders it by hand. */
  placeInAlbum(input: {
    group: GroupId
    album: DocId
    items: readonly ItemId[]
    before: ItemId | null
  }): Promise<Result<null, ChangeProblem>>
  /** Shows photos in another album of the group; `from` says where each was, for `moveBack`. */
  moveToAlbum(input: {
    group: GroupId
    items: readonly ItemId[]
    album: DocId
  }): Promise<Result<{ from: readonly { item: ItemId; album: DocId }[] }, ChangeProblem>>
  /** Undoes a move: of exactly what it moved. */
  moveBack(input: {
    group: GroupId
    from: readonly { item: ItemId; album: DocId }[]
  }): Promise<Result<null, ChangeProblem>>
  /** Shows photos in another album of the group as well; what is there already is not added again. */
  copyToAlbum(input: {
    group: GroupId
    items: readonly ItemId[]
    album: DocId
  }): Promise<Result<{ copies: readonly ItemId[] }, ChangeProblem>>
  /** An album with all it shows into the bin, or out of it. */
  setAlbumBinned(input: {
    group: GroupId
    album: DocId
    binned: boolean
  }): Promise<Result<null, ChangeProblem>>
  /** Puts items into the bin or back. */
  setBinned(input: {
    group: GroupId
    items: readonly ItemId[]
    binned: boolean
  }): Promise<Result<null, ChangeProblem>>
  /** Holds photos dear, or no longer; on this device only. */
  setFavourite(input: {
    group: GroupId
    items: readonly ItemId[]
    isFavourite: boolean
  }): Promise<Result<null, ChangeProblem>>
  /** What is in the group's bin, the newest first; null where the group is not here. */
  bin(group: GroupId): Promise<Bin | null>
  /** Deletes for good: these (all where absent), as far as this person may. `left` counts what they may not. */
  emptyBin(input: {
    group: GroupId
    items?: readonly ItemId[]
    albums?: readonly DocId[]
  }): Promise<Result<{ deleted: number; left: number }, ChangeProblem>>
}
