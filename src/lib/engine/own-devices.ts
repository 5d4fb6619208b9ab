/**
 * A person's own devices as the log and the group's document tell of them, and who was let back in by others.
 *
 * Source  docs/design.md §4, §5 "Recovery"
 */
import type { DeviceId, MemberId } from '#lib/base/ids.ts'
import { groupName, memberName, type GroupContent } from '#lib/groups/group-document.ts'
import { deviceWords } from '#lib/groups/member-devices.ts'
import type { MembershipState } from '#lib/membership/evaluate.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { Replica } from '#lib/sync/replica.ts'
import { unsentOf } from './delivery.ts'
import type { DeviceCard, OwnDevices, Recovery } from './device-api.ts'
import type { GroupSession } from './group-session.ts'
import { isAllowed } from './members-view.ts'

/** My devices in this group; null where this device is no member. */
export async function ownDevicesIn(session: GroupSession): Promise<OwnDevices | null> {
  const { replica } = session
  const state = replica.state()
  const me = replica.me()
  const own = me === null ? undefined : state?.members.get(me.member)
  if (state === null || me === null || own === undefined || !isMember(replica)) return null
  const document = replica.groupContent()
  const devices = own.devices.map((id) => deviceCardOf(document, id, me)).sort(compareCards)
  const { items, unread } = await unsentOf(session)
  return {
    group: replica.group,
    groupName: groupName(document),
    member: own.id,
    memberName: memberName(document, own.id),
    role: own.role,
    devices,
    recoverySheet: devices.some(({ isSheet }) => isSheet),
    helpers: helpersOf(replica, state, own.id).map((id) => memberName(document, id)),
    hasOtherAdmin: [...state.members.values()].some(
      ({ id, role }) => id !== own.id && (role === 'admin' || role === 'owner'),
    ),
    waiting: items.size + unread,
    leftAddresses: leftAddressesOf(replica, state),
  }
}

/** Members whom somebody else let back in, or is letting in, on a new device. */
export function recoveriesIn({ replica }: GroupSession, nowMs: number): Recovery[] {
  const document = replica.groupContent()
  const me = replica.me()?.member
  return [...(replica.state()?.invitations.values() ?? [])].flatMap((invitation) => {
    const { id, member, by, joins, open, expires } = invitation
    const isDone = joins.length > 0
    if (invitation.for !== 'device' || member === null || member === by) return []
    if (!isDone && (!open || expires <= nowMs)) return []
    return {
      ...{ invitation: id, group: replica.group, groupName: groupName(document), isDone },
      ...{ by: memberName(document, by), member: memberName(document, member) },
      isMe: member === me,
    }
  })
}

function deviceCardOf(
  document: GroupContent,
  id: DeviceId,
  me: { readonly device: DeviceId; readonly member: MemberId },
): DeviceCard {
  const words = deviceWords(document, me.member, id)
  return {
    id,
    name: words?.name ?? '',
    sinceMs: words?.sinceMs ?? null,
    isThis: id === me.device,
    isSheet: words?.isSheet ?? false,
  }
}

function compareCards(a: DeviceCard, b: DeviceCard): number {
  const bySheet = Number(a.isSheet) - Number(b.isSheet)
  const byTime = (b.sinceMs ?? 0) - (a.sinceMs ?? 0)
  return Number(b.isThis) - Number(a.isThis) || bySheet || byTime || (a.id < b.id ? -1 : 1)
}

/** Whoever could put a member out can let them back in. */
function helpersOf(replica: Replica, state: MembershipState, member: MemberId): MemberId[] {
  return [...state.members.values()].flatMap(({ id, devices: [device] }) => {
    if (id === member || device === undefined) return []
    const out = { op: 'remove', parents: state.heads, target: { member } } as const
    return isAllowed(replica.log.membership, device, out) ? [id] : []
  })
}

function leftAddressesOf({ log }: Replica, state: MembershipState): string[] {
  const named = [...log.records()].flatMap(({ id, kind }) => {
    const operation = kind === 'op' ? log.membership.operation(id)?.operation : undefined
    if (operation?.op === 'genesis') return operation.relay.address
    return operation?.op === 'relay' && 'add' in operation.change
      ? operation.change.add.address
      : []
  })
  const now = new Set([...state.relays.values()].map(({ address }) => address))
  return [...new Set(named)].filter((address) => !now.has(address))
}
