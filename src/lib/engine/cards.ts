/**
 * A group as cards, chips and menus show it, worked out from its replica and index.
 */
import { albumCover, albumOrder } from '#lib/albums/album-arranging.ts'
import type { DocId, GroupId, MemberId } from '#lib/base/ids.ts'
import {
  albumBin,
  groupAgreement,
  groupName,
  listedAlbums,
  memberName,
} from '#lib/groups/group-document.ts'
import type { Connections, PlaceState } from '#lib/sync/connections.ts'
import type { Replica } from '#lib/sync/replica.ts'
import type { AlbumCard, GroupCard, PlaceCard } from './api.ts'
import { binCount } from './bin-acts.ts'
import type { IndexProjection } from './index-projection.ts'
import { asksOf, standingOf } from './standing.ts'

export interface CardParts {
  readonly replica: Replica
  readonly projection: IndexProjection
  readonly connections: Connections
  readonly continuedIn: GroupId | null
  /** Where the group can be kept while its operations are not read yet. */
  readonly places?: readonly PlaceCard[] | undefined
}

/** The card of a group as it is now. */
export function groupCardOf(parts: CardParts): GroupCard {
  const { replica, connections, continuedIn, places } = parts
  const document = replica.groupContent()
  const state = replica.state()
  const standing = standingOf(replica)
  const me = standing === 'visiting' ? null : (replica.me()?.member ?? null)
  const members = [...(state?.members.values() ?? [])].map(({ id, role }) => ({
    id,
    role,
    name: memberName(document, id),
  }))
  return {
    id: replica.group,
    name: groupName(document),
    standing,
    me,
    role: members.find(({ id }) => id === me)?.role ?? 'viewer',
    members,
    albums: listedAlbums(document)
      .filter((album) => albumBin(document, album) === null)
      .map((album) => albumCardOf(parts, album)),
    inBin: binCount(parts),
    doubled: doubledIn(replica),
    places: places ?? connections.places().map(placeCardOf),
    agreement: groupAgreement(document),
    continuedIn,
    asks:
      me === null || state === null || standing !== 'joined'
        ? []
        : asksOf(state, me, { document, places: connections.places() }),
  }
}

/** Whose device numbered two entries alike; those who are out are not the group's concern any more. */
function doubledIn({ log }: Replica): MemberId[] {
  const devices = log.membership.state()?.devices
  const found = log.graph.forks().flatMap(({ author }) => devices?.get(author)?.member ?? [])
  return [...new Set(found)].sort()
}

function albumCardOf({ projection, replica }: CardParts, album: DocId): AlbumCard {
  const document = replica.documents.read(album)
  const shown = projection.shown(album)
  const newest = shown.reduce<(typeof shown)[number] | null>(
    (best, item) => (best === null || item.taken.takenMs > best.taken.takenMs ? item : best),
    null,
  )
  const covers = shown.filter(({ core }) => core.renditions.thumbnail !== null)
  const coverItem = albumCover(document)
  const cover =
    covers.find(({ id }) => id === coverItem) ??
    covers.reduce<(typeof shown)[number] | null>(
      (best, item) => (best === null || item.taken.takenMs > best.taken.takenMs ? item : best),
      null,
    )
  return {
    id: album,
    title: projection.title(album),
    count: shown.length,
    cover: cover?.core.renditions.thumbnail?.blob ?? null,
    ...{ coverItem, order: albumOrder(document) },
    newestMs: newest?.taken.takenMs ?? 0,
  }
}

/** A relay in the words of screens. */
export function placeCardOf({ place, state, ...said }: PlaceState): PlaceCard {
  return {
    name: URL.canParse(place.address) ? new URL(place.address).host : place.address,
    address: place.address,
    state:
      state === 'live' || state === 'catching-up'
        ? 'connected'
        : state === 'connecting' || state === 'idle'
          ? 'connecting'
          : 'unreachable',
    catchingUp: state === 'catching-up',
    lastSeenMs: said.lastSeenMs,
    wentBackMs: said.wentBackMs,
    lacks: said.lacks,
  }
}
