/**
 * What screens may ask of the engine, which lives in a worker (one per tab) behind comlink.
 *
 * Everything here is structured-cloneable. Nothing waits for the network except where a call says so.
 * Expected failures are `Result`s whose `kind` a screen turns into words; bugs reject.
 * Two people (or tabs) doing the same at once: every call is safe to repeat; changes merge.
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { Result } from '#lib/base/result.ts'
import type { BlobId, DocId, GroupId, ItemId, MemberId, OpId } from '#lib/base/ids.ts'
import type { Role } from '#lib/membership/operation.ts'
import type { IntakeWords } from '#lib/ports/intake-store.ts'
import type { Standing } from '#lib/ports/group-store.ts'
import type { AlbumOrder } from '#lib/albums/album-arranging.ts'
import type { MediaFacts } from '#lib/storage/media-reader.ts'
import type { AlbumApi } from './album-api.ts'
import type { ArchiveApi } from './archive-api.ts'
import type { DeviceApi } from './device-api.ts'
import type { ForkApi } from './fork-api.ts'
import type { ItemApi } from './item-api.ts'
import type { MemberApi } from './member-api.ts'
import type { StorageApi } from './storage-api.ts'
import type { TalkApi } from './talk-api.ts'
import type { Trouble } from './trouble.ts'

/** What is known of one group without opening it: what cards, chips and menus show. */
export interface GroupCard {
  readonly id: GroupId
  readonly name: string
  /** `visiting`: came by a link and has not joined; `joined`: a member; `removed`: was one. */
  readonly standing: Standing
  readonly me: MemberId | null
  readonly role: Role
  readonly members: readonly { readonly id: MemberId; readonly name: string; readonly role: Role }[]
  /** Those in the bin are not among them. */
  readonly albums: readonly AlbumCard[]
  /** Photos and albums in the bin. */
  readonly inBin: number
  readonly places: readonly PlaceCard[]
  /** Members of whose devices one wrote two different things under one number, as a copy of it would. */
  readonly doubled: readonly MemberId[]
  readonly agreement: string
  /** The group that this device has made out of this one, and which takes its place here. */
  readonly continuedIn: GroupId | null
  /** What the group would like from me; empty unless joined. */
  readonly asks: readonly GroupAsk[]
}
/**
 * `agreement`: say yes to it; `second-admin`: nobody could look after the group if this device were lost; `refused`:
 * every place refuses this device and says no more, so it may have been removed.
 */
export type GroupAsk = 'agreement' | 'second-admin' | 'refused'
export interface AlbumCard {
  readonly id: DocId
  readonly title: string
  readonly count: number
  /** Blob of the cover's thumbnail; null while empty or not decodable. */
  readonly cover: BlobId | null
  /** The photo that somebody chose for the cover. */
  readonly coverItem: ItemId | null
  readonly order: AlbumOrder
  readonly newestMs: number
}
/** A relay, in the words of screens. */
export interface PlaceCard {
  /** Host name to show, e.g. `photos.rivera.example`. */
  readonly name: string
  readonly address: string
  readonly state: 'connected' | 'connecting' | 'unreachable'
  readonly lastSeenMs: number | null
  /** What it has is being read, for the first time or after a while away. */
  readonly catchingUp?: boolean
  /** When it last showed an earlier state of what it had. Absent in cards that an earlier version wrote, as is `lacks`. */
  readonly wentBackMs?: number | null
  /** What members refer to has come from nowhere. */
  readonly lacks?: boolean
}

/** The quiet line at the top. */
export interface Safety {
  /** Photos that are not yet at any place of their group. */
  readonly waiting: number
  readonly offline: boolean
  /** Photos being read on this device. */
  readonly importing: ImportProgress | null
  /** Bytes sent of the current batch. */
  readonly sending: { readonly doneBytes: number; readonly totalBytes: number } | null
  /** Bytes of what this device is to keep and fetches in the background. */
  readonly fetching: { readonly doneBytes: number; readonly totalBytes: number } | null
  /** The least number of places of any group that holds photos; null without photos. */
  readonly places: number | null
  /** Needs the person: storage is full, a place refuses, … */
  readonly trouble: Trouble | null
}

/** Files that were chosen since nothing was left to add, and bytes of them. */
export interface ImportProgress {
  readonly done: number
  readonly total: number
  readonly doneBytes: number
  readonly totalBytes: number
  /** What is left waits until the person goes on; what is chosen later does not. */
  readonly isPaused: boolean
}

export interface Overview {
  readonly groups: readonly GroupCard[]
  readonly safety: Safety
}

export type EngineEvent =
  /** Groups, members, albums, places or safety changed: ask for `overview` again. */
  | { readonly kind: 'overview' }
  /** The index of a group changed: ask the library again. */
  | { readonly kind: 'index'; readonly group: GroupId }
  /** What this device keeps changed: ask for `storage` again. */
  | { readonly kind: 'storage' }
  /** Something to tell once about a chosen file. */
  | { readonly kind: 'import'; readonly notice: ImportNotice }

/** How many of some chosen files are on this device now, and why not all of them are. */
export interface TakenIn {
  readonly taken: number
  readonly problem: 'storage-full' | 'storage-unavailable' | 'unreadable' | null
}

export interface ImportNotice {
  readonly group: GroupId
  readonly album: DocId
  readonly name: string
  /** The item that the file would become. */
  readonly file: ItemId
  readonly outcome:
    | { readonly kind: 'added'; readonly item: ItemId }
    /** Already in this group: nothing was added twice. */
    | { readonly kind: 'duplicate'; readonly of: ItemId; readonly albumTitle: string }
    /** Kept as a file, with a placeholder. */
    | {
        readonly kind: 'kept-as-file'
        readonly item: ItemId
        readonly why: 'not-a-picture' | 'cannot-decode' | 'too-large' | 'empty'
      }
    | { readonly kind: 'failed'; readonly why: 'storage-full' | 'unreadable' }
}

export type ReachProblem =
  | { readonly kind: 'offline' }
  | { readonly kind: 'unreachable'; readonly place: string }
  | { readonly kind: 'storage-full' }
  | { readonly kind: 'storage-unavailable' }

export type StartGroupProblem =
  ReachProblem | { readonly kind: 'hosting-refused' } | { readonly kind: 'empty-name' }

export type LinkProblem =
  | ReachProblem
  | { readonly kind: 'not-a-link' }
  /** What this device kept of the group when it was removed is still here: the person removes it first. */
  | { readonly kind: 'still-here' }
  /** Unknown, expired, used up or revoked: they look alike. */
  | { readonly kind: 'not-valid-any-more' }

export type JoinProblem =
  LinkProblem | { readonly kind: 'empty-name' } | { readonly kind: 'unknown-group' }

export type InviteProblem =
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'not-ready' }
  | { readonly kind: 'storage-full' }
  | { readonly kind: 'storage-unavailable' }

export type ChangeProblem =
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'unknown' }
  /** No key to write under yet (signal needed once). */
  | { readonly kind: 'not-ready' }
  | { readonly kind: 'empty-name' }
  | { readonly kind: 'storage-full' }
  | { readonly kind: 'storage-unavailable' }

export interface Invitation {
  readonly id: OpId
  readonly link: string
  readonly expiresMs: number
  readonly uses: number
}

export interface ItemDetails {
  readonly group: GroupId
  readonly groupName: string
  readonly album: DocId
  readonly albumTitle: string
  readonly item: ItemId
  readonly name: string
  readonly author: string
  readonly takenMs: number
  readonly offsetMinutes: number | null
  readonly place: { readonly latitudeE7: number; readonly longitudeE7: number } | null
  readonly camera: string | null
  readonly caption: string
  /** Names of the group that it was copied from, and of who added it there. */
  readonly from: { readonly group: string; readonly by: string } | null
  readonly width: number
  readonly height: number
  readonly bytes: number
  readonly mime: string
  /** Places (this device with the original included) known to keep the original; 0 or 1-own-device = only here. */
  readonly copies: {
    readonly places: number
    readonly onThisDevice: boolean
    readonly checkedMs: number | null
  }
}

/** What a diagnostics page shows. */
export interface Diagnostics {
  readonly quarantined: readonly {
    readonly group: GroupId
    readonly entry: string
    readonly reason: string
  }[]
  readonly withheld: readonly { readonly group: GroupId; readonly entry: string }[]
}

export interface ChosenFile {
  readonly file: File
  /** With which it is a live photo; of files that are chosen together the engine finds these itself. */
  readonly film?: File
  /** The item that it becomes, where somebody waits for it; drawn otherwise. */
  readonly item?: ItemId
  readonly words?: IntakeWords
  /** Of what was taken with a camera just now, and is nowhere else. */
  readonly capturedMs?: number
  readonly place?: { readonly latitudeE7: number; readonly longitudeE7: number }
}

export interface EngineApi
  extends MemberApi, DeviceApi, ForkApi, ItemApi, TalkApi, AlbumApi, StorageApi, ArchiveApi {
  overview(): Promise<Overview>
  /** Needs the network: founds a group on the relay at `address`. */
  startGroup(input: {
    groupName: string
    memberName: string
    address: string
    hostingCode: string | null
  }): Promise<Result<{ group: GroupId; album: DocId }, StartGroupProblem>>
  /** Needs the network: opens an invitation link and shows the group before joining (standing `visiting`). */
  openInvitation(link: string): Promise<Result<{ group: GroupId }, LinkProblem>>
  /** Needs the network. */
  joinGroup(input: {
    group: GroupId
    memberName: string
    /** The agreement that was shown with the button, to which joining says yes. */
    agreement?: string
  }): Promise<Result<{ group: GroupId }, JoinProblem>>
  /** Ends a visit: everything of it leaves this device. */
  endVisit(group: GroupId): Promise<void>
  /** Resolves when every file is safe on this device (or refused); reading and sending go on by themselves. */
  addPhotos(input: {
    group: GroupId
    album: DocId
    files: readonly ChosenFile[]
  }): Promise<Result<TakenIn, ChangeProblem>>
  /**
   * Stops reading what has not been read yet; those files leave this device again. What a camera took for the group is
   * nowhere else and stays: `shots` of these are still added, put off or not.
   */
  cancelImport(): Promise<{ shots: number }>
  /** Puts off reading what was chosen so far, also after a restart, or goes on with it. It is safe here either way. */
  setImportPaused(paused: boolean): Promise<void>
  setCaption(input: {
    group: GroupId
    item: ItemId
    caption: string
  }): Promise<Result<null, ChangeProblem>>
  invite(input: {
    group: GroupId
    role: 'viewer' | 'contributor' | 'admin'
    uses: number
    days: number
  }): Promise<Result<Invitation, InviteProblem>>
  details(input: { group: GroupId; item: ItemId }): Promise<ItemDetails | null>
  /** Bytes and type of an opened rendition; null where it is not known, or what is said of it cannot be checked now. */
  mediaFacts(input: { group: GroupId; blob: BlobId }): Promise<MediaFacts | null>
  /** Fetches (if needed, needs the network) and opens a rendition; null where it cannot be had now. */
  openMedia(input: { group: GroupId; blob: BlobId }): Promise<Blob | null>
  /** Makes sure the ciphertext is on this device. */
  fetchBlob(input: { group: GroupId; blob: BlobId }): Promise<boolean>
  /** Plaintext bytes [from, to) of a rendition, read in part where it is, and not kept; null where it cannot be had now. */
  openPart(input: { group: GroupId; blob: BlobId; from: number; to: number }): Promise<Bytes | null>
  /** Keeps a film that was watched to its end on this device, unless it is a long one. */
  keepWatched(input: { group: GroupId; blob: BlobId }): Promise<void>
  diagnostics(): Promise<Diagnostics>
  /** The tab became visible or hidden: the visible one does the sending. */
  setVisible(visible: boolean): Promise<void>
  /** Calls back on every event; the callback is a comlink proxy. */
  subscribe(listener: (event: EngineEvent) => void): Promise<void>
}
