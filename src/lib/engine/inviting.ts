/**
 * Makes an invitation link: fresh keys from a seed that only the link carries, with a lockbox of the group's key.
 *
 * Works offline; the link opens once the operation has reached a relay.
 *
 * Source  docs/design.md §5 `invite`, "The link"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type OpId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { dayMs } from '#lib/base/time.ts'
import { deriveInvitationKeys } from '#lib/crypto/derive.ts'
import { wrapEpochKey } from '#lib/crypto/lockbox.ts'
import { roleAtLeast } from '#lib/membership/evaluate.ts'
import type { GivenRole, InviteOp } from '#lib/membership/operation.ts'
import type { Connections } from '#lib/sync/connections.ts'
import type { Replica } from '#lib/sync/replica.ts'
import { formatInvitationLink } from '#lib/wire/link.ts'
import type { Invitation, InviteProblem } from './api.ts'
import type { GroupSession } from './group-session.ts'

export interface InvitationWish {
  readonly role: GivenRole
  /** 0 means any number. */
  readonly uses: number
  readonly days: number
}

/** Writes the `invite` operation and gives its link. */
export async function inviteTo(
  { replica, connections }: Pick<GroupSession, 'replica' | 'connections'>,
  wish: InvitationWish,
  nowMs: number,
): Promise<Result<Invitation, InviteProblem>> {
  const state = replica.state()
  const me = replica.me()
  const role = me === null ? undefined : state?.members.get(me.member)?.role
  if (state === null || role === undefined || !roleAtLeast(role, 'admin'))
    return err({ kind: 'not-allowed' })
  const seed = platformRandom(32)
  const expires = nowMs + wish.days * dayMs
  const terms: InvitationTerms = { for: 'person', role: wish.role, uses: wish.uses, expires }
  const id = await writeInvitation(replica, seed, terms)
  const relay = relayToName(connections)
  if (id === null || relay === null) return err({ kind: 'not-ready' })
  const link = formatInvitationLink({ relay, group: replica.group, seed })
  return ok({ id, link, expiresMs: expires, uses: wish.uses })
}

/** What an `invite` operation says besides its keys. */
export type InvitationTerms = Pick<InviteOp, 'for' | 'member' | 'role' | 'uses' | 'expires'>

/** Writes an `invite` whose keys follow from the seed; null where there is no key to pass on, or the rules refuse. */
export async function writeInvitation(
  replica: Replica,
  seed: Bytes,
  terms: InvitationTerms,
): Promise<OpId | null> {
  const keys = deriveInvitationKeys(seed)
  const written = await replica.operate(async (parents) => {
    const key = replica.state()?.cleanEpoch ?? null
    const epochKey = key === null ? null : replica.ring.key(key)
    if (key === null || epochKey === null) return null
    const lockbox = await wrapEpochKey(replica.group, epochKey, keys.boxPublic)
    if (lockbox === null) return null
    return {
      op: 'invite',
      parents,
      sign: keys.signPublic,
      box: keys.boxPublic,
      ...terms,
      key,
      lockbox,
    }
  })
  return written.ok ? (written.value?.id ?? null) : null
}

/** The relay that a link names: one that answers now, if any does. */
export function relayToName(connections: Pick<Connections, 'places'>): string | null {
  const places = connections.places()
  return (places.find(({ state }) => state === 'live') ?? places[0])?.place.address ?? null
}
