/**
 * The known operations as a graph, indexed by what the rules ask for.
 *
 * Only operations that were allowed in their own past become nodes; nothing is ever taken out. What a node says
 * about itself (past, depth, the author's standing, the rank it gives) depends on its own past alone, so it is
 * worked out once. Whether a node *holds* in a larger set is asked of a `Sight`.
 *
 * Shape   a node's index is larger than those of its past, hence `nodes` is one topological order
 * Errors  none
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, KeyId, MemberId, OpId } from '#lib/base/ids.ts'
import { createBits, hasBit, setBit, uniteBits, type Bits } from './bits.ts'
import type { BoxHolder, GivenRole, SignedOperation } from './operation-types.ts'
import { compareIds, type Rank } from './roles.ts'

/** The author in the operation's own past; null where the act itself admits its author. */
export interface Actor {
  readonly member: MemberId
  readonly role: GivenRole
  /** Null for those who are no admin. */
  readonly rank: Rank | null
}

/** That an operation lets a device in. */
export interface Admission {
  readonly device: DeviceId
  readonly member: MemberId
  readonly box: Bytes
  /** Whether it makes the member one, rather than giving a device to somebody who is. */
  readonly person: boolean
}

/** That an operation sets somebody's role. */
export interface RoleSetting {
  readonly member: MemberId
  readonly role: GivenRole
  /** Rank of whoever gave it; null for the founding. */
  readonly by: Rank | null
  /** The rank this makes, where the role is admin. */
  readonly rank: Rank | null
}

/** What follows from an operation, worked out in its own past. */
export interface Consequence {
  readonly actor: Actor | null
  readonly admits: Admission | null
  readonly sets: RoleSetting | null
}

export interface OpNode extends SignedOperation, Consequence {
  readonly index: number
  /** 1 in the genesis, else 1 + the greatest of its parents. */
  readonly depth: number
  /** Everything before it, itself not included. */
  readonly past: Bits
  /** What of `past` was void when seen from here; null where nothing is. */
  readonly voidBefore: Bits | null
}

/** A set of operations as seen from somewhere: which of them hold there. */
export interface Sight {
  readonly history: History
  /** In the set, and not void in it. */
  holds(node: OpNode): boolean
}

/** Lockboxes by holder. */
export type Boxes = ReadonlyMap<BoxHolder, Bytes>

/** All nodes and the ways to find them. */
export interface History {
  readonly nodes: OpNode[]
  readonly byId: Map<OpId, OpNode>
  readonly byAuthor: Map<DeviceId, OpNode[]>
  readonly admissionsByDevice: Map<DeviceId, OpNode[]>
  readonly admissionsByMember: Map<MemberId, OpNode[]>
  readonly settingsByMember: Map<MemberId, OpNode[]>
  readonly joinsByInvitation: Map<OpId, OpNode[]>
  readonly removals: OpNode[]
  /** By member, device or invitation. */
  readonly removalsByTarget: Map<string, OpNode[]>
  readonly epochs: OpNode[]
  /** Operations that bring lockboxes of a key: epochs, lockboxes, invites. */
  readonly boxesByKey: Map<KeyId, OpNode[]>
  /** Their boxes as last put together, and from which of them. */
  readonly boxesMemory: Map<KeyId, { readonly from: readonly OpNode[]; readonly boxes: Boxes }>
  /** Nodes that no other node names as a parent. */
  readonly tips: Set<OpNode>
}

/** A history without operations. */
export function createHistory(): History {
  return {
    nodes: [],
    byId: new Map(),
    byAuthor: new Map(),
    admissionsByDevice: new Map(),
    admissionsByMember: new Map(),
    settingsByMember: new Map(),
    joinsByInvitation: new Map(),
    removals: [],
    removalsByTarget: new Map(),
    epochs: [],
    boxesByKey: new Map(),
    boxesMemory: new Map(),
    tips: new Set(),
  }
}

/** Takes a node in; its past is in already. */
export function insertNode(history: History, node: OpNode): void {
  history.nodes.push(node)
  history.byId.set(node.id, node)
  for (const parent of parentsOf(history, node.operation.parents)) history.tips.delete(parent)
  history.tips.add(node)
  list(history.byAuthor, node.author).push(node)
  if (node.admits !== null) {
    list(history.admissionsByDevice, node.admits.device).push(node)
    list(history.admissionsByMember, node.admits.member).push(node)
  }
  if (node.sets !== null) list(history.settingsByMember, node.sets.member).push(node)
  indexOperation(history, node)
}

function indexOperation(history: History, node: OpNode): void {
  const { operation } = node
  switch (operation.op) {
    case 'join':
      list(history.joinsByInvitation, operation.invitation).push(node)
      break
    case 'remove':
      history.removals.push(node)
      list(history.removalsByTarget, targetOf(operation.target)).push(node)
      break
    case 'epoch':
      history.epochs.push(node)
      list(history.boxesByKey, operation.key).push(node)
      break
    case 'invite':
    case 'lockbox':
      list(history.boxesByKey, operation.key).push(node)
      break
    default:
      break
  }
}

/** The id that a removal is about. */
export function targetOf(
  target: { member: MemberId } | { device: DeviceId } | { invitation: OpId },
): MemberId | DeviceId | OpId {
  if ('member' in target) return target.member
  return 'device' in target ? target.device : target.invitation
}

/** The nodes of these ids that are known. */
export function parentsOf(history: History, ids: readonly OpId[]): OpNode[] {
  return ids.flatMap((id) => history.byId.get(id) ?? [])
}

/** These nodes and everything before them. */
export function closureOf(history: History, nodes: readonly OpNode[]): Bits {
  const set = createBits(history.nodes.length)
  for (const node of nodes) {
    uniteBits(set, node.past)
    setBit(set, node.index)
  }
  return set
}

/** What of a set holds, given what is void in it. */
export function sightOf(history: History, set: Bits, voided: Bits | null): Sight {
  const holds =
    voided === null
      ? (node: OpNode) => hasBit(set, node.index)
      : (node: OpNode) => hasBit(set, node.index) && !hasBit(voided, node.index)
  return { history, holds }
}

/** Whether `earlier` is in the past of `later`. */
export function isBefore(earlier: OpNode, later: OpNode): boolean {
  return hasBit(later.past, earlier.index)
}

/** The order used wherever causality leaves a choice: (depth, id). */
export function compareNodes(a: OpNode, b: OpNode): number {
  return a.depth - b.depth || compareIds(a.id, b.id)
}

function list<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const found = lists.get(key)
  if (found !== undefined) return found
  const created: V[] = []
  lists.set(key, created)
  return created
}
