/**
 * From a view to the state that everything above reads.
 *
 * Shape   state.ts
 * Errors  none
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, GroupId, KeyId, MemberId, OpId, RelayId } from '#lib/base/ids.ts'
import { maxParentIds } from '#lib/wire/limits.ts'
import { forEachBit, hasBit } from './bits.ts'
import { boxesIn, boxesOf, epochOf, isClean } from './epochs.ts'
import { compareNodes, sightOf, type History, type OpNode, type Sight } from './history.ts'
import type { BoxHolder, RelayPlace, Role } from './operation-types.ts'
import { compareIds, compareRanks, type Rank } from './roles.ts'
import {
  admissionOf,
  isInvitationOpen,
  joinsOf,
  memberOfDevice,
  personAdmission,
  rankOf,
  roleOf,
} from './standing.ts'
import type {
  DeviceState,
  EpochState,
  InvitationState,
  MembershipState,
  MemberState,
} from './state.ts'
import { voids, type View } from './voiding.ts'

/** The state of what is seen from `heads`; `refused` and `waiting` are handed through. */
export function stateOf(
  history: History,
  view: View,
  rest: { heads: readonly OpNode[]; refused: Map<OpId, string>; waiting: ReadonlySet<OpId> },
): MembershipState {
  const nodes = nodesOf(history, view)
  const sight = sightOf(history, view.set, view.voided)
  const held = nodes.filter((node) => sight.holds(node))
  const devices = devicesOf(sight, nodes)
  const invitations = invitationsOf(sight, held)
  const epochs = epochsOf(sight, held, (holder) => {
    const invitation = invitations.get(holder as string as OpId)
    return devices.has(holder as string as DeviceId) || invitation?.open === true
  })
  return {
    group: history.nodes[0]?.id as string as GroupId,
    members: membersOf(sight, devices),
    devices,
    everAdmitted: new Set(nodes.flatMap(({ admits }) => admits?.device ?? [])),
    invitations,
    ...placesOf(held),
    epochs,
    formerEpochs: formerEpochsOf(nodes, epochs),
    cleanEpoch: newestClean(epochs),
    heads: headsOf(rest.heads),
    invalid: withVoided(history, view, { nodes, refused: rest.refused }),
    waiting: rest.waiting,
  }
}

function nodesOf(history: History, view: View): OpNode[] {
  const nodes: OpNode[] = []
  forEachBit(view.set, null, (index) => {
    const node = history.nodes[index]
    if (node !== undefined) nodes.push(node)
  })
  return nodes
}

/** The newest, where there are more than an operation may name; ascending, as it must name them. */
function headsOf(heads: readonly OpNode[]): OpId[] {
  const newest = [...heads].sort((a, b) => compareNodes(b, a)).slice(0, maxParentIds)
  return newest.map(({ id }) => id).sort(compareIds)
}

function devicesOf(sight: Sight, nodes: readonly OpNode[]): Map<DeviceId, DeviceState> {
  const devices = new Map<DeviceId, DeviceState>()
  for (const { admits } of nodes) {
    if (admits === null || devices.has(admits.device)) continue
    const { device: id } = admits
    const member = memberOfDevice(sight, id)
    const admission = admissionOf(sight, id)
    if (member === null || !admission?.admits) continue
    devices.set(id, { id, member, box: admission.admits.box, admittedBy: admission.id })
  }
  return devices
}

function membersOf(
  sight: Sight,
  devices: ReadonlyMap<DeviceId, DeviceState>,
): Map<MemberId, MemberState> {
  const devicesByMember = new Map<MemberId, DeviceId[]>()
  for (const { id, member } of devices.values())
    devicesByMember.set(member, [...(devicesByMember.get(member) ?? []), id])
  const members = new Map<MemberId, MemberState>()
  const owner = ownerOf(sight)
  for (const id of sight.history.admissionsByMember.keys()) {
    const admission = personAdmission(sight, id)
    const given = roleOf(sight, id)
    if (admission === null || given === null) continue
    const role: Role = id === owner ? 'owner' : given
    const own = (devicesByMember.get(id) ?? []).sort(compareIds)
    members.set(id, { id, role, admittedBy: admission.id, devices: own })
  }
  return members
}

function ownerOf(sight: Sight): MemberId | null {
  let owner: { member: MemberId; rank: Rank } | null = null
  for (const member of sight.history.admissionsByMember.keys()) {
    if (personAdmission(sight, member) === null) continue
    const rank = rankOf(sight, member)
    if (rank === null) continue
    if (owner === null || compareRanks(rank, owner.rank) < 0) owner = { member, rank }
  }
  return owner?.member ?? null
}

function invitationsOf(sight: Sight, held: readonly OpNode[]): Map<OpId, InvitationState> {
  const invitations = new Map<OpId, InvitationState>()
  for (const { id, operation, actor } of held) {
    if (operation.op !== 'invite' || actor === null) continue
    const { sign, box, role, uses, expires } = operation
    const joins = joinsOf(sight, id).map((join) => join.id)
    invitations.set(id, {
      ...{ id, sign, box, role, for: operation.for, member: operation.member ?? null },
      ...{ uses, expires, by: actor.member, joins: joins.sort(compareIds) },
      open: isInvitationOpen(sight, id),
    })
  }
  return invitations
}

/** Relays in causal order, (depth, id) where that leaves a choice: the last word on each counts. */
function placesOf(held: readonly OpNode[]): {
  relays: Map<RelayId, RelayPlace>
  copies: number
} {
  const relays = new Map<RelayId, RelayPlace>()
  let copies: number | null = null
  const words = held.filter(
    ({ operation }) => operation.op === 'genesis' || operation.op === 'relay',
  )
  for (const { operation } of words.sort(compareNodes)) {
    if (operation.op === 'genesis') relays.set(operation.relay.key, operation.relay)
    if (operation.op !== 'relay') continue
    const { change } = operation
    if ('add' in change) relays.set(change.add.key, change.add)
    else if ('drop' in change) relays.delete(change.drop)
    else copies = change.copies
  }
  return { relays, copies: copies ?? (relays.size > 1 ? 2 : 1) }
}

function epochsOf(
  sight: Sight,
  held: readonly OpNode[],
  mayHoldBox: (holder: BoxHolder) => boolean,
): Map<KeyId, EpochState> {
  const epochs = new Map<KeyId, EpochState>()
  for (const node of held) {
    if (node.operation.op !== 'epoch') continue
    const { key, previous } = node.operation
    if (epochOf(sight, key) !== node) continue
    const boxes = boxesOf(sight, key)
    const clean = isClean(sight, node, boxes.keys(), mayHoldBox)
    epochs.set(key, { op: node.id, key, depth: node.depth, boxes, previous, clean })
  }
  return epochs
}

/** Void epochs, with every box that anybody made of their keys. */
function formerEpochsOf(
  nodes: readonly OpNode[],
  epochs: ReadonlyMap<KeyId, EpochState>,
): Map<KeyId, EpochState> {
  const former = new Map<KeyId, EpochState & { boxes: Map<BoxHolder, Bytes> }>()
  const ordered = [...nodes].sort(compareNodes)
  for (const { id: op, depth, operation } of ordered) {
    if (operation.op !== 'epoch' || epochs.has(operation.key) || former.has(operation.key)) continue
    const { key, previous } = operation
    former.set(key, { op, key, depth, previous, boxes: new Map(), clean: false })
  }
  if (former.size === 0) return former
  for (const node of ordered) {
    const { operation } = node
    const boxes = 'key' in operation ? former.get(operation.key)?.boxes : undefined
    if (boxes === undefined) continue
    for (const [holder, box] of boxesIn(node)) if (!boxes.has(holder)) boxes.set(holder, box)
  }
  return former
}

function newestClean(epochs: ReadonlyMap<KeyId, EpochState>): KeyId | null {
  const clean = [...epochs.values()].filter((epoch) => epoch.clean)
  clean.sort((a, b) => b.depth - a.depth || compareIds(b.op, a.op))
  return clean[0]?.key ?? null
}

function withVoided(
  history: History,
  { voided }: View,
  { nodes, refused }: { nodes: readonly OpNode[]; refused: ReadonlyMap<OpId, string> },
): Map<OpId, string> {
  const invalid = new Map(refused)
  if (voided === null) return invalid
  const isVoid = (node: OpNode) => hasBit(voided, node.index)
  const removals = nodes.filter((node) => node.operation.op === 'remove' && !isVoid(node))
  for (const node of nodes) {
    if (!isVoid(node)) continue
    const undone = removals.some((removal) => voids(history, removal, node))
    invalid.set(
      node.id,
      undone ? 'void: its author was removed' : 'void: it rests on a void act, or is outranked',
    )
  }
  return invalid
}
