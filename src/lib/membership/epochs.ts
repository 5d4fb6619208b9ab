/**
 * Epochs: which generation of the group key is clean, and what a device has to do about it.
 *
 * An epoch is clean if every lockbox known for its key is for a device that stands or an open invitation, and
 * every removal that holds is in the past of the epoch op. The newest is the highest (depth, op id). Two epoch ops
 * that name one key id (only a member could make them) are one epoch, that of the first by (depth, id).
 *
 * Errors  none
 * Source  docs/design.md §5 "Epochs"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, KeyId, OpId } from '#lib/base/ids.ts'
import { compareNodes, isBefore, type Boxes, type OpNode, type Sight } from './history.ts'
import type { BoxHolder } from './operation-types.ts'
import { roleAtLeast } from './roles.ts'
import { isInvitationOpen, memberOfDevice } from './standing.ts'
import type { MembershipState } from './state.ts'

/** The epoch op of a key, where one holds. */
export function epochOf(sight: Sight, key: KeyId): OpNode | null {
  const nodes = sight.history.boxesByKey.get(key) ?? []
  const epochs = nodes.filter((node) => node.operation.op === 'epoch' && sight.holds(node))
  return epochs.sort(compareNodes)[0] ?? null
}

/** Every lockbox known for a key; the first written counts where two are for one holder. */
export function boxesOf(sight: Sight, key: KeyId): Boxes {
  const { boxesByKey, boxesMemory } = sight.history
  const from = (boxesByKey.get(key) ?? []).filter((node) => sight.holds(node)).sort(compareNodes)
  const known = boxesMemory.get(key)
  if (known?.from.length === from.length && from.every((node, i) => node === known.from[i]))
    return known.boxes
  const boxes = new Map<BoxHolder, Bytes>()
  for (const node of from)
    for (const [holder, box] of boxesIn(node)) if (!boxes.has(holder)) boxes.set(holder, box)
  boxesMemory.set(key, { from, boxes })
  return boxes
}

/** The lockboxes that an operation brings. */
export function boxesIn({ id, operation }: OpNode): Iterable<readonly [BoxHolder, Bytes]> {
  if (operation.op === 'invite') return [[id, operation.lockbox]]
  return operation.op === 'epoch' || operation.op === 'lockbox' ? operation.boxes : []
}

/** Whether a box may be held: by a device that stands, or an open invitation. */
export function mayHold(sight: Sight, holder: BoxHolder): boolean {
  // A holder is a device key or an op id; which one, only the history knows. Both are 32 bytes of hex.
  return (
    memberOfDevice(sight, holder as string as DeviceId) !== null ||
    isInvitationOpen(sight, holder as string as OpId)
  )
}

/** Whether the epoch is clean in what is seen. */
export function isClean(
  sight: Sight,
  epoch: OpNode,
  holders: Iterable<BoxHolder>,
  mayHoldBox: (holder: BoxHolder) => boolean,
): boolean {
  for (const removal of sight.history.removals)
    if (sight.holds(removal) && !isBefore(removal, epoch)) return false
  for (const holder of holders) if (!mayHoldBox(holder)) return false
  return true
}

/** The key to write under, with its boxes; null where somebody must make an epoch first. */
export function newestCleanEpoch(sight: Sight): { key: KeyId; boxes: Boxes } | null {
  const epochs = sight.history.epochs.filter((node) => sight.holds(node))
  const seen = new Map<BoxHolder, boolean>()
  const mayHoldBox = (holder: BoxHolder): boolean => {
    const known = seen.get(holder) ?? mayHold(sight, holder)
    seen.set(holder, known)
    return known
  }
  for (const epoch of epochs.sort((a, b) => compareNodes(b, a))) {
    if (epoch.operation.op !== 'epoch' || epochOf(sight, epoch.operation.key) !== epoch) continue
    const boxes = boxesOf(sight, epoch.operation.key)
    if (isClean(sight, epoch, boxes.keys(), mayHoldBox)) return { key: epoch.operation.key, boxes }
  }
  return null
}

/** What a device should do about the group key now. */
export type EpochDuty = 'none' | 'make-epoch' | { readonly lockboxFor: readonly BoxHolder[] }

/**
 * What this device should do about the group key. `make-epoch`: nobody may write before a contributor has made one;
 * several may do so at once (the highest (depth, op id) counts), so the highest rank goes first and others wait a
 * random while. `lockboxFor`: give the newest key to those; doing it twice does no harm. Offline: do it in the log at
 * hand, the merge sorts it out. A device that cannot open its own box makes an epoch too, which only it can know.
 */
export function epochDuty(state: MembershipState, me: DeviceId): EpochDuty {
  const member = state.members.get(state.devices.get(me)?.member ?? noMember)
  if (member === undefined) return 'none'
  const epoch = state.cleanEpoch === null ? undefined : state.epochs.get(state.cleanEpoch)
  if (epoch === undefined) return roleAtLeast(member.role, 'contributor') ? 'make-epoch' : 'none'
  if (!hasKey(state, epoch.boxes, me)) return 'none'
  const open = [...state.invitations.values()].filter(({ open }) => open).map(({ id }) => id)
  const lockboxFor = [...state.devices.keys(), ...open].filter((holder) => !epoch.boxes.has(holder))
  return lockboxFor.length === 0 ? 'none' : { lockboxFor }
}

const noMember = '' as never

function hasKey(
  state: MembershipState,
  boxes: ReadonlyMap<BoxHolder, Bytes>,
  me: DeviceId,
): boolean {
  if (boxes.has(me)) return true
  // Whoever came through a link opened the link's box on the way in.
  const admission = state.devices.get(me)?.admittedBy
  return [...state.invitations.values()].some(
    ({ id, joins }) => boxes.has(id) && joins.some((join) => join === admission),
  )
}
