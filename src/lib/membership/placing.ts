/**
 * The causal order of a group's entries: each is *placed* once what comes before it is here.
 *
 * An entry's past is the closure over `after` and, for ops, `parents`. An op is placed without those of its `after`
 * that nobody delivers, because the log takes it by its parents alone and everything written later is built upon it:
 * one entry that only a removed device still has, or that never was, must not keep the others waiting for ever. When
 * one of them is delivered after all, everything is placed anew: what comes before an op follows from the set of
 * entries alone, not from their order of arrival.
 *
 * Cost    constant per entry; proportional to all entries when one arrives that an op was placed without
 * Errors  none
 * Source  docs/design.md §5 "What counts"
 */
import type { DeviceId, EntryId, OpId } from '#lib/base/ids.ts'
import type { CountedEnvelope } from './counting.ts'
import type { MembershipLog } from './log.ts'
import type { GivenRole } from './operation-types.ts'
import { compareIds } from './roles.ts'

/** An entry whose past is here. */
export interface Placed {
  readonly envelope: CountedEnvelope
  readonly before: readonly Placed[]
  readonly depth: number
  /** Newest ops before it, and with it. */
  readonly opsBefore: readonly OpId[]
  readonly opsWith: readonly OpId[]
  /** Role of its author before it; null for strangers. */
  readonly role: GivenRole | null
  /** Kinds that some later counting entry by a live device may write. */
  endorsed: number
  counts: boolean
  /** Whether a counting entry follows. */
  followed: boolean
}

export interface Placing {
  readonly placed: ReadonlyMap<EntryId, Placed>
  /** Placed entries, each after its past. */
  readonly inOrder: readonly Placed[]
  /** Named by a delivered entry, and not delivered. */
  readonly missing: ReadonlySet<EntryId>
  has(id: EntryId): boolean
  deliver(envelope: CountedEnvelope): void
  /** The log has grown: places what waited for it. Tells whether everything was placed anew. */
  settle(): { readonly anew: boolean }
}

interface Board {
  readonly log: MembershipLog
  readonly onPlaced: (placed: Placed) => void
  readonly delivered: Map<EntryId, CountedEnvelope>
  readonly placed: Map<EntryId, Placed>
  readonly inOrder: Placed[]
  readonly waitingFor: Map<EntryId, Set<EntryId>>
  readonly missing: Set<EntryId>
  /** Ops that are delivered and not placed. */
  readonly opsLeft: Set<EntryId>
  /** What ops were placed without. */
  readonly awaited: Set<EntryId>
  readonly rolesAt: WeakMap<readonly OpId[], Map<DeviceId, GivenRole | null>>
  /** Something has come that an op was placed without. */
  anew: boolean
  /** While everything is placed anew nobody is told of each. */
  isQuiet: boolean
}

/** An empty order over a log; `onPlaced` hears of every entry in the order of placing. */
export function createPlacing(log: MembershipLog, onPlaced: (placed: Placed) => void): Placing {
  const board: Board = {
    ...{ log, onPlaced, delivered: new Map(), placed: new Map(), inOrder: [] },
    ...{ waitingFor: new Map(), missing: new Set(), opsLeft: new Set(), awaited: new Set() },
    ...{ rolesAt: new WeakMap(), anew: false, isQuiet: false },
  }
  return {
    placed: board.placed,
    inOrder: board.inOrder,
    missing: board.missing,
    has: (id) => board.delivered.has(id),
    deliver(envelope) {
      board.delivered.set(envelope.id, envelope)
      board.missing.delete(envelope.id)
      if (envelope.kind === 'op') board.opsLeft.add(envelope.id)
      place(board, [envelope.id])
    },
    settle() {
      place(board, [...board.opsLeft])
      placeWithout(board)
      const { anew } = board
      if (anew) placeAnew(board)
      return { anew }
    },
  }
}

/** Places these entries if their past is here, and then what waited for them. */
function place(board: Board, ids: readonly EntryId[]): void {
  const queue = [...ids]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const envelope = board.delivered.get(id)
    if (envelope === undefined || board.placed.has(id) || !isReady(board, envelope)) continue
    queue.push(...insert(board, envelope))
  }
}

/**
 * Places the ops that are left without those of their `after` that cannot be had: not delivered, or built upon what
 * is not. Their past goes first. A stack of its own: a chain of entries may be as long as the feed.
 */
function placeWithout(board: Board): void {
  const hopeless = new Set<EntryId>()
  const stack = [...board.opsLeft]
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const envelope = board.delivered.get(id)
    const isOpen = (one: EntryId): boolean =>
      board.delivered.has(one) && !board.placed.has(one) && !hopeless.has(one)
    const first = envelope === undefined ? [] : predecessorsOf(board, envelope).filter(isOpen)
    stack.push(...first)
    if (first.length > 0) continue
    stack.pop()
    if (envelope === undefined || board.placed.has(id)) continue
    if (canDoWithout(board, envelope)) place(board, insert(board, envelope))
    else hopeless.add(id)
  }
}

/** Whether nothing is lacking but what an op can do without. */
function canDoWithout({ log, placed }: Board, { id, kind, after }: CountedEnvelope): boolean {
  if (kind !== 'op') return after.every((one) => placed.has(one))
  const parents = log.operation(id)?.operation.parents
  return parents?.every((parent) => placed.has(parent)) === true
}

/** Once more from the beginning. */
function placeAnew(board: Board): void {
  board.isQuiet = true
  board.placed.clear()
  board.inOrder.length = 0
  board.waitingFor.clear()
  board.missing.clear()
  board.awaited.clear()
  board.opsLeft.clear()
  for (const { id, kind } of board.delivered.values()) if (kind === 'op') board.opsLeft.add(id)
  place(board, [...board.delivered.keys()])
  placeWithout(board)
  board.isQuiet = false
  board.anew = false
}

function isReady(board: Board, envelope: CountedEnvelope): boolean {
  if (envelope.kind === 'op' && board.log.operation(envelope.id) === null) return false
  let ready = true
  for (const id of predecessorsOf(board, envelope)) {
    if (board.placed.has(id)) continue
    ready = false
    if (!board.delivered.has(id)) board.missing.add(id)
    const waiting = board.waitingFor.get(id)
    if (waiting === undefined) board.waitingFor.set(id, new Set([envelope.id]))
    else waiting.add(envelope.id)
  }
  return ready
}

function predecessorsOf({ log }: Board, { id, kind, after }: CountedEnvelope): readonly EntryId[] {
  const parents = kind === 'op' ? log.operation(id)?.operation.parents : undefined
  return parents === undefined ? after : [...new Set([...after, ...parents])]
}

/** Returns what waited for it. */
function insert(board: Board, envelope: CountedEnvelope): readonly EntryId[] {
  const before = predecessorsOf(board, envelope).flatMap((id) => board.placed.get(id) ?? [])
  const opsBefore = newestOps(board.log, before)
  const isTaken = envelope.kind === 'op' && board.log.isTaken(envelope.id)
  const placed: Placed = {
    ...{ envelope, before, opsBefore, endorsed: 0, counts: false, followed: false },
    role: roleBefore(board, opsBefore, envelope.author),
    depth: 1 + before.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
    opsWith: isTaken ? newestOf(board.log, [...opsBefore, envelope.id]) : opsBefore,
  }
  board.placed.set(envelope.id, placed)
  board.inOrder.push(placed)
  board.opsLeft.delete(envelope.id)
  if (board.awaited.has(envelope.id)) board.anew = true
  for (const id of envelope.after) if (!board.placed.has(id)) board.awaited.add(id)
  if (!board.isQuiet) board.onPlaced(placed)
  const waiting = board.waitingFor.get(envelope.id)
  board.waitingFor.delete(envelope.id)
  return [...(waiting ?? [])]
}

/** Remembered by the very list of ops, which entries share as long as no op comes between them. */
function roleBefore(board: Board, ops: readonly OpId[], author: DeviceId): GivenRole | null {
  const roles = board.rolesAt.get(ops) ?? new Map<DeviceId, GivenRole | null>()
  board.rolesAt.set(ops, roles)
  const known = roles.get(author)
  if (known !== undefined) return known
  const role = board.log.roleAt(ops, author)
  roles.set(author, role)
  return role
}

function newestOps(log: MembershipLog, before: readonly Placed[]): readonly OpId[] {
  const [first, ...others] = before
  if (first === undefined) return []
  if (others.every(({ opsWith }) => opsWith === first.opsWith)) return first.opsWith
  return newestOf(log, [...new Set(before.flatMap(({ opsWith }) => opsWith))])
}

function newestOf(log: MembershipLog, ops: readonly OpId[]): readonly OpId[] {
  return ops
    .filter((op) => !ops.some((other) => other !== op && log.inPast(op, other)))
    .sort(compareIds)
}
