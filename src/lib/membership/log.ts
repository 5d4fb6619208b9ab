/**
 * A growing log of operations with memory.
 *
 * Operations arrive in any order; one whose parents are not all decided waits. Deciding costs the rules of one
 * operation; the whole state is made when somebody asks for it, once per change.
 *
 * Shape   every operation delivered is *taken* (a node of the history), *refused* (not allowed in its own past, or
 *         following one that is not: with a reason, no effect, never named as a parent) or *waiting*
 * Errors  none
 */
import type { DeviceId, GroupId, OpId } from '#lib/base/ids.ts'
import { maxOps } from '#lib/wire/limits.ts'
import { stateOf } from './fold.ts'
import {
  createHistory,
  insertNode,
  isBefore,
  parentsOf,
  sightOf,
  type History,
  type OpNode,
  type Sight,
} from './history.ts'
import type { GivenRole, SignedOperation } from './operation-types.ts'
import { consequenceOf, reasonAgainst, reasonAgainstName } from './rules.ts'
import { actorOf, admissionOf, highestRoleOf } from './standing.ts'
import type { MembershipState } from './state.ts'
import { viewOf, type View } from './voiding.ts'

/** Growing log with memory: `add` is cheap where the op extends the heads, and says whether anything changed. */
export interface MembershipLog {
  /**
   * Adds ops in any order; returns whether the state changed. Their signatures, entry and join proof
   * (`verifyOperation`), were checked before.
   */
  add(operations: readonly SignedOperation[]): boolean
  /** Whether this op was delivered, whatever became of it. */
  has(id: OpId): boolean
  /** The op of that id, if it was delivered. */
  operation(id: OpId): SignedOperation | null
  state(): MembershipState | null
  /** The state in the past of these ops (themselves included); null where one is unknown, refused or waiting. */
  stateAt(heads: readonly OpId[]): MembershipState | null
  /** Role of the device in the past of these ops (themselves included), `owner` told as admin; null for strangers. */
  roleAt(heads: readonly OpId[], device: DeviceId): GivenRole | null
  /** Whether `ancestor` is in the past of `op` (or is it). */
  inPast(ancestor: OpId, op: OpId): boolean
  /** Whether the op was taken: allowed in its own past, which is here. It may be void by now: `state().invalid`. */
  isTaken(id: OpId): boolean
  /** The removals, of the device or its member, that put it out; empty while it is in. */
  removalsOf(device: DeviceId): readonly OpId[]
  /**
   * The highest role that the member of this device was ever given, whatever became of it (a void one, a removal);
   * null for strangers. No entry of the device may be of a kind beyond it.
   */
  highestRoleOf(device: DeviceId): GivenRole | null
  /** Grows with each change. */
  version(): number
  /** Why this operation would not be taken on top of its parents, or null. */
  refusal(operation: SignedOperation): string | null
}

interface Memory {
  readonly group: GroupId | null
  readonly delivered: Map<OpId, SignedOperation>
  readonly refused: Map<OpId, string>
  readonly waiting: Set<OpId>
  /** By the undecided parent. */
  readonly waitingFor: Map<OpId, SignedOperation[]>
  history: History
  version: number
  state: { version: number; value: MembershipState | null } | null
  view: { version: number; value: View } | null
  readonly views: Map<string, View>
  readonly states: Map<string, MembershipState>
}

const maxRemembered = 256

/**
 * An empty log. Only the genesis whose id is `group` counts; without one given, that of the smallest id
 * (feeds never carry a second: entries name their group).
 */
export function createMembershipLog(group: GroupId | null = null): MembershipLog {
  const memory: Memory = {
    ...{ group, delivered: new Map(), refused: new Map(), waiting: new Set() },
    ...{ waitingFor: new Map(), history: createHistory(), version: 0, state: null, view: null },
    ...{ views: new Map(), states: new Map() },
  }
  return {
    add: (operations) => addAll(memory, operations),
    has: (id) => memory.delivered.has(id),
    operation: (id) => memory.delivered.get(id) ?? null,
    state: () => currentState(memory),
    stateAt: (heads) => stateAt(memory, heads),
    roleAt: (heads, device) => roleAt(memory, heads, device),
    inPast: (ancestor, op) => inPast(memory.history, ancestor, op),
    isTaken: (id) => memory.history.byId.has(id),
    removalsOf: (device) => removalsOf(memory, device),
    highestRoleOf: (device) => highestRoleOf(memory.history, device),
    version: () => memory.version,
    refusal: (operation) => refusal(memory, operation),
  }
}

function addAll(memory: Memory, operations: readonly SignedOperation[]): boolean {
  let changed = false
  for (const signed of operations) {
    if (memory.delivered.has(signed.id)) continue
    memory.delivered.set(signed.id, signed)
    if (displacesGenesis(memory, signed)) startOver(memory)
    else settle(memory, signed)
    changed = true
  }
  if (changed) memory.version += 1
  return changed
}

function displacesGenesis({ group, history }: Memory, { id, operation }: SignedOperation): boolean {
  const first = history.nodes[0]
  return group === null && operation.op === 'genesis' && first !== undefined && id < first.id
}

function startOver(memory: Memory): void {
  memory.history = createHistory()
  memory.refused.clear()
  memory.waiting.clear()
  memory.waitingFor.clear()
  memory.views.clear()
  memory.states.clear()
  const operations = [...memory.delivered.values()]
  const geneses = operations.filter(({ operation }) => operation.op === 'genesis')
  for (const signed of geneses.sort((a, b) => (a.id < b.id ? -1 : 1))) settle(memory, signed)
  for (const signed of operations) if (signed.operation.op !== 'genesis') settle(memory, signed)
}

/** Decides an operation, and then what waited for it. */
function settle(memory: Memory, signed: SignedOperation): void {
  const queue = [signed]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const undecided = next.operation.parents.find((id) => !isDecided(memory, id))
    if (undecided !== undefined) {
      memory.waiting.add(next.id)
      memory.waitingFor.set(undecided, [...(memory.waitingFor.get(undecided) ?? []), next])
      continue
    }
    memory.waiting.delete(next.id)
    decide(memory, next)
    queue.push(...(memory.waitingFor.get(next.id) ?? []))
    memory.waitingFor.delete(next.id)
  }
}

function isDecided({ history, refused }: Memory, id: OpId): boolean {
  return history.byId.has(id) || refused.has(id)
}

function decide(memory: Memory, signed: SignedOperation): void {
  const node = shapeReason(memory, signed) ?? nodeOf(memory.history, signed)
  if (typeof node === 'string') memory.refused.set(signed.id, node)
  else insertNode(memory.history, node)
}

/** The operation on top of its parents, or what speaks against it there. */
function nodeOf(history: History, signed: SignedOperation): OpNode | string {
  const parents = parentsOf(history, signed.operation.parents)
  const view = viewOf(history, parents)
  const sight = sightOf(history, view.set, view.voided)
  const reason = reasonAgainst(signed, sight)
  if (reason !== null) return reason
  const depth = 1 + parents.reduce((deepest, parent) => Math.max(deepest, parent.depth), 0)
  const consequence = consequenceOf(signed, sight, depth)
  const misnamed = signed.operation.op === 'genesis' ? null : reasonAgainstName(consequence, sight)
  if (misnamed !== null) return misnamed
  const place = { index: history.nodes.length, depth, past: view.set, voidBefore: view.voided }
  return { ...signed, ...consequence, ...place }
}

/** What speaks against an operation before any rule of §5: its place in the graph. */
function shapeReason({ group, history, refused }: Memory, signed: SignedOperation): string | null {
  const { id, operation } = signed
  if (operation.op === 'genesis') {
    if (operation.parents.length > 0) return 'a genesis has no parents'
    const other = group ?? history.nodes[0]?.id ?? id
    return other === (id as string) ? null : 'it founds another group'
  }
  if (operation.parents.length === 0) return 'it names no parents'
  const follows = operation.parents.some((parent) => refused.has(parent))
  return follows ? 'it follows an operation that is not allowed' : null
}

function currentState(memory: Memory): MembershipState | null {
  if (memory.state?.version === memory.version) return memory.state.value
  const { history } = memory
  const heads = [...history.tips]
  const value =
    heads.length === 0
      ? null
      : stateOf(history, currentView(memory), {
          ...{ heads, refused: memory.refused, waiting: new Set(memory.waiting) },
        })
  memory.state = { version: memory.version, value }
  return value
}

function currentView(memory: Memory): View {
  if (memory.view?.version === memory.version) return memory.view.value
  const value = viewOf(memory.history, [...memory.history.tips])
  memory.view = { version: memory.version, value }
  return value
}

function stateAt(memory: Memory, heads: readonly OpId[]): MembershipState | null {
  const key = heads.join()
  const known = memory.states.get(key)
  if (known !== undefined) return known
  const view = viewAt(memory, heads)
  if (view === null) return null
  const nodes = parentsOf(memory.history, heads)
  const newest = nodes.filter((node) => !nodes.some((other) => isBefore(node, other)))
  const rest = { heads: newest, refused: new Map<OpId, string>(), waiting: new Set<OpId>() }
  return remember(memory.states, key, stateOf(memory.history, view, rest))
}

function viewAt(memory: Memory, heads: readonly OpId[]): View | null {
  const key = heads.join()
  const known = memory.views.get(key)
  if (known !== undefined) return known
  const nodes = parentsOf(memory.history, heads)
  if (nodes.length === 0 || nodes.length < heads.length) return null
  return remember(memory.views, key, viewOf(memory.history, nodes))
}

function remember<V>(remembered: Map<string, V>, key: string, value: V): V {
  const [oldest] = remembered.keys()
  if (remembered.size >= maxRemembered && oldest !== undefined) remembered.delete(oldest)
  remembered.set(key, value)
  return value
}

function sightAt(memory: Memory, heads: readonly OpId[]): Sight | null {
  const view = viewAt(memory, heads)
  return view === null ? null : sightOf(memory.history, view.set, view.voided)
}

function roleAt(memory: Memory, heads: readonly OpId[], device: DeviceId): GivenRole | null {
  const sight = sightAt(memory, heads)
  return sight === null ? null : (actorOf(sight, device)?.role ?? null)
}

function inPast({ byId }: History, ancestor: OpId, op: OpId): boolean {
  const [earlier, later] = [byId.get(ancestor), byId.get(op)]
  if (earlier === undefined || later === undefined) return false
  return earlier === later || isBefore(earlier, later)
}

function removalsOf(memory: Memory, device: DeviceId): OpId[] {
  const { history } = memory
  const view = currentView(memory)
  const sight = sightOf(history, view.set, view.voided)
  const admission = admissionOf(sight, device)
  if (!admission?.admits) return []
  const removals = [device, admission.admits.member].flatMap(
    (target) => history.removalsByTarget.get(target) ?? [],
  )
  return removals
    .filter((removal) => sight.holds(removal) && !isBefore(removal, admission))
    .map(({ id }) => id)
}

function refusal(memory: Memory, signed: SignedOperation): string | null {
  const { history, refused } = memory
  if (history.byId.has(signed.id)) return null
  const known = refused.get(signed.id)
  if (known !== undefined) return known
  if (signed.operation.parents.some((id) => !isDecided(memory, id)))
    return 'what it follows is not known here'
  const shape = shapeReason(memory, signed)
  if (shape !== null) return shape
  // A full group can still put somebody out.
  if (history.nodes.length >= maxOps && signed.operation.op !== 'remove')
    return 'the group has as many operations as it may'
  const node = nodeOf(history, signed)
  return typeof node === 'string' ? node : null
}
