/**
 * Makes an invitation link: fresh keys from a seed that only the link carries, with a lockbox of the group's key.
 *
 * Works offline; the link opens once the operation has reached a relay.
 *
 * Source  docs/design.md §5 `invite`, "The link"
 */
import { platformRandom } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { dayMs } from '#lib/base/time.ts'
import { deriveInvitationKeys } from '#lib/crypto/derive.ts'
import { wrapEpochKey } from '#lib/crypto/lockbox.ts'
import { roleAtLeast } from '#lib/membership/evaluate.ts'
import type { GivenRole } from '#lib/membership/operation.ts'
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
  const keys = deriveInvitationKeys(seed)
  const expires = nowMs + wish.days * dayMs
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
      role: wish.role,
      for: 'person',
      uses: wish.uses,
      expires,
      key,
      lockbox,
    }
  })
  if (!written.ok || written.value === null) return err({ kind: 'not-ready' })
  const places = connections.places()
  const relay = (places.find(({ state }) => state === 'live') ?? places[0])?.place.address
  if (relay === undefined) return err({ kind: 'not-ready' })
  const link = formatInvitationLink({ relay, group: replica.group, seed })
  return ok({ id: written.value.id, link, expiresMs: expires, uses: wish.uses })
}
