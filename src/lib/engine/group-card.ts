/**
 * The card of a group as it is kept in the device's list: written by the engine, read by pages before any
 * engine runs, perhaps by another version of the app.
 */
import type { MemberId } from '#lib/base/ids.ts'
import type { GroupListing } from '#lib/ports/group-store.ts'
import type { AlbumCard, GroupCard } from './api.ts'

/** The card in a listing, or null where it is missing or of another shape. */
export function cardOf({ card, group, standing }: GroupListing): GroupCard | null {
  return isCard(card) && card.id === group
    ? {
        ...{ ...card, standing, continuedIn: card.continuedIn ?? null, inBin: card.inBin ?? 0 },
        doubled: card.doubled ?? [],
        albums: card.albums.map((album) => ({ coverItem: null, order: 'newest', ...album })),
      }
    : null
}

/** What the group's members are called. */
export function namesIn({ members }: GroupCard): ReadonlyMap<MemberId, string> {
  return new Map(members.map(({ id, name }) => [id, name]))
}

/** Whether photos would be by the same names with either. */
export function haveSameNames(one: GroupCard | null, other: GroupCard): boolean {
  const names = one === null ? new Map<MemberId, string>() : namesIn(one)
  const isSame = other.members.every(({ id, name }) => names.get(id) === name)
  return isSame && names.size === other.members.length
}

/** A card of an earlier version lacks what came later. */
type StoredCard = Omit<GroupCard, 'continuedIn' | 'inBin' | 'doubled' | 'albums'> &
  Partial<Pick<GroupCard, 'continuedIn' | 'inBin' | 'doubled'>> & {
    readonly albums: readonly (Omit<AlbumCard, 'coverItem' | 'order'> & Partial<AlbumCard>)[]
  }

function isCard(card: unknown): card is StoredCard {
  if (typeof card !== 'object' || card === null) return false
  const fields = card as Partial<Record<keyof GroupCard, unknown>>
  const texts = [fields.id, fields.name, fields.role, fields.agreement]
  const lists = [fields.members, fields.albums, fields.places, fields.asks]
  return texts.every((text) => typeof text === 'string') && lists.every(Array.isArray)
}
