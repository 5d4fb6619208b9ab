/**
 * What counts: which entries of a feed a device takes into its documents.
 *
 * An entry counts if everything in its past is known, its author's role *in the entry's own past* allows its
 * kind, and (1) the author is live, or (2) the entry is in the past of that author's removal, or (3) in the
 * past of a counting entry by a live device that may itself write that kind. Past = closure over `after` and,
 * for ops, `parents`. Same set of entries, same answer, on every device. An entry of kind `op` counts if the
 * operation is valid in the log.
 *
 * Use     give an operation to the log before its entry to the graph; answers follow the log by themselves
 * Shape   works on envelopes; never reads bodies of sealed entries
 * Cost    adding is constant in the size of the graph; all is judged anew only when a device with entries comes in
 *         or goes out, or an op arrives while somebody is out
 * Errors  none
 * Source  docs/design.md §5 "What counts"
 */
import type { DeviceId, EntryId, OpId } from '#lib/base/ids.ts'
import type { EntryKind } from '#lib/wire/entry.ts'
import { maxAfterIds } from '#lib/wire/limits.ts'
import { createSequences, type Fork } from './sequences.ts'
import { bitOf, writable } from './kind-bits.ts'
import type { MembershipLog } from './log.ts'
import type { GivenRole } from './operation-types.ts'
import { compareIds, roleMayWrite } from './roles.ts'

/** What counting needs to know of an entry. */
export interface CountedEnvelope {
  readonly id: EntryId
  readonly kind: EntryKind
  readonly author: DeviceId
  readonly seq: number
  readonly after: readonly EntryId[]
}

/** Growing causal index of one group's entries. */
export interface EntryGraph {
  /** Adds entries in any order (idempotent by id). */
  add(envelopes: readonly CountedEnvelope[]): void
  has(id: EntryId): boolean
  /** Whether this entry counts now: what it needs is here, and the log at hand allows it. */
  counts(id: EntryId): boolean
  /** Counting entries that no counting entry follows: the `after` of the next entry (≤ 32, else the newest 32), ascending. */
  heads(): readonly EntryId[]
  /** Highest seq of an author without gap, from 1. */
  gapless(author: DeviceId): number
  /** The same for every author. */
  authors(): ReadonlyMap<DeviceId, number>
  /** Ids that known entries name in `after` (or ops as parents) but nobody delivered: what a relay withholds. */
  missing(): ReadonlySet<EntryId>
  /** Newest ops in the entry's past, itself included where it is one; empty while its past is not all here. */
  opHeads(id: EntryId): readonly OpId[]
  /** 1 + the longest way back to the first entry; 0 while its past is not all here. An entry is deeper than its past. */
  depth(id: EntryId): number
  /** Two different entries with one (author, seq). */
  forks(): readonly Fork[]
}

/** An entry whose whole past is here. */
interface Placed {
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

interface Graph {
  readonly log: MembershipLog
  readonly delivered: Map<EntryId, CountedEnvelope>
  readonly placed: Map<EntryId, Placed>
  readonly inOrder: Placed[]
  readonly waitingFor: Map<EntryId, Set<EntryId>>
  /** Op entries that the log has not decided. */
  readonly undecided: Set<EntryId>
  readonly missing: Set<EntryId>
  readonly heads: Set<Placed>
  readonly authors: Map<DeviceId, boolean>
  /** Entries in the past of their author's removal. */
  readonly before: Set<Placed>
  readonly rolesAt: WeakMap<readonly OpId[], Map<DeviceId, GivenRole | null>>
  version: number
  stale: boolean
}

/** An empty graph over a membership log. */
export function createEntryGraph(log: MembershipLog): EntryGraph {
  const graph: Graph = {
    ...{ log, delivered: new Map(), placed: new Map(), inOrder: [], waitingFor: new Map() },
    ...{ undecided: new Set(), missing: new Set(), heads: new Set(), authors: new Map() },
    ...{ before: new Set(), rolesAt: new WeakMap(), version: log.version(), stale: false },
  }
  const sequences = createSequences()
  const current = (): Graph => {
    refresh(graph)
    return graph
  }
  return {
    add(envelopes) {
      for (const envelope of envelopes) {
        if (graph.delivered.has(envelope.id)) continue
        sequences.add(envelope)
        deliver(current(), envelope)
      }
    },
    has: (id) => graph.delivered.has(id),
    counts: (id) => current().placed.get(id)?.counts ?? false,
    heads: () => newestHeads(current()),
    gapless: (author) => sequences.gapless(author),
    authors: () => sequences.authors(),
    missing: () => current().missing,
    opHeads: (id) => current().placed.get(id)?.opsWith ?? [],
    depth: (id) => current().placed.get(id)?.depth ?? 0,
    forks: () => sequences.forks(),
  }
}

function deliver(graph: Graph, envelope: CountedEnvelope): void {
  graph.delivered.set(envelope.id, envelope)
  graph.missing.delete(envelope.id)
  place(graph, [envelope.id])
}

/** Places these entries if their past is here, and then what waited for them. */
function place(graph: Graph, ids: readonly EntryId[]): void {
  const queue = [...ids]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const envelope = graph.delivered.get(id)
    if (envelope === undefined || graph.placed.has(id) || !isReady(graph, envelope)) continue
    insert(graph, envelope)
    queue.push(...(graph.waitingFor.get(id) ?? []))
    graph.waitingFor.delete(id)
  }
}

function isReady(graph: Graph, envelope: CountedEnvelope): boolean {
  if (envelope.kind === 'op') {
    graph.undecided.delete(envelope.id)
    if (graph.log.operation(envelope.id) === null) {
      graph.undecided.add(envelope.id)
      return false
    }
  }
  let ready = true
  for (const id of predecessorsOf(graph, envelope)) {
    if (graph.placed.has(id)) continue
    ready = false
    if (!graph.delivered.has(id)) graph.missing.add(id)
    const waiting = graph.waitingFor.get(id)
    if (waiting === undefined) graph.waitingFor.set(id, new Set([envelope.id]))
    else waiting.add(envelope.id)
  }
  return ready
}

function predecessorsOf({ log }: Graph, { id, kind, after }: CountedEnvelope): readonly EntryId[] {
  const parents = kind === 'op' ? log.operation(id)?.operation.parents : undefined
  return parents === undefined ? after : [...new Set([...after, ...parents])]
}

function insert(graph: Graph, envelope: CountedEnvelope): void {
  const before = predecessorsOf(graph, envelope).flatMap((id) => graph.placed.get(id) ?? [])
  const opsBefore = newestOps(graph.log, before)
  const isTaken = envelope.kind === 'op' && graph.log.isTaken(envelope.id)
  const role = roleBefore(graph, opsBefore, envelope.author)
  const placed: Placed = {
    ...{ envelope, before, opsBefore, role, endorsed: 0, counts: false, followed: false },
    depth: 1 + before.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
    opsWith: isTaken ? newestOf(graph.log, [...opsBefore, envelope.id]) : opsBefore,
  }
  graph.placed.set(envelope.id, placed)
  graph.inOrder.push(placed)
  if (!graph.authors.has(envelope.author))
    graph.authors.set(envelope.author, isLive(graph, envelope.author))
  // A removal's own entry brings the past that rule (2) is about.
  if (envelope.kind === 'op' && [...graph.authors.values()].includes(false)) graph.stale = true
  else judge(graph, placed)
}

/** Remembered by the very list of ops, which entries share as long as no op comes between them. */
function roleBefore(graph: Graph, ops: readonly OpId[], author: DeviceId): GivenRole | null {
  const roles = graph.rolesAt.get(ops) ?? new Map<DeviceId, GivenRole | null>()
  graph.rolesAt.set(ops, roles)
  const known = roles.get(author)
  if (known !== undefined) return known
  const role = graph.log.roleAt(ops, author)
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

function isLive({ log }: Graph, device: DeviceId): boolean {
  return log.state()?.devices.has(device) ?? false
}

/** Follows the log: places what waited for it, and judges anew where somebody came in or went out. */
function refresh(graph: Graph): void {
  const version = graph.log.version()
  if (graph.version !== version) {
    graph.version = version
    for (const [author, live] of graph.authors)
      if (isLive(graph, author) !== live) graph.stale = true
    // Operations may have become valid or void.
    if (graph.authors.size > 0 && (graph.log.state()?.invalid.size ?? 0) > 0) graph.stale = true
    place(graph, [...graph.undecided])
  }
  if (graph.stale) judgeAll(graph)
}

function judgeAll(graph: Graph): void {
  graph.stale = false
  for (const author of graph.authors.keys()) graph.authors.set(author, isLive(graph, author))
  collectBeforeRemovals(graph)
  graph.heads.clear()
  for (const placed of graph.inOrder) {
    placed.endorsed = 0
    placed.counts = false
    placed.followed = false
  }
  for (const placed of graph.inOrder) judge(graph, placed)
}

function collectBeforeRemovals(graph: Graph): void {
  graph.before.clear()
  for (const [author, live] of graph.authors) {
    if (live) continue
    const starts = graph.log.removalsOf(author).flatMap((id) => graph.placed.get(id) ?? [])
    const seen = new Set(starts)
    for (const placed of seen) {
      for (const earlier of placed.before) seen.add(earlier)
      if (placed.envelope.author === author) graph.before.add(placed)
    }
  }
}

function judge(graph: Graph, placed: Placed): void {
  const { envelope, role } = placed
  const live = graph.authors.get(envelope.author) === true
  if (envelope.kind === 'op') placed.counts = isValidOp(graph, envelope.id)
  else if (role !== null && roleMayWrite(role, envelope.kind))
    placed.counts = live || graph.before.has(placed)
  if (!placed.counts) return
  if (live && role !== null) endorse(placed, writable[role])
  follow(graph, placed)
  if (!placed.followed) graph.heads.add(placed)
}

function isValidOp({ log }: Graph, id: OpId): boolean {
  return log.isTaken(id) && log.state()?.invalid.has(id) === false
}

/** Tells everything before an entry that a live device which may write those kinds has shown it. */
function endorse(placed: Placed, kinds: number): void {
  const queue = [...placed.before]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if ((next.endorsed & kinds) === kinds) continue
    next.endorsed |= kinds
    const { envelope, role } = next
    const allowed = envelope.kind !== 'op' && role !== null && roleMayWrite(role, envelope.kind)
    if (allowed && (next.endorsed & bitOf[envelope.kind]) !== 0) next.counts = true
    queue.push(...next.before)
  }
}

/** Everything before a counting entry is no head; entries that do not count are looked through. */
function follow(graph: Graph, placed: Placed): void {
  const queue = [...placed.before]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next.followed) continue
    next.followed = true
    graph.heads.delete(next)
    queue.push(...next.before)
  }
}

function newestHeads({ heads }: Graph): EntryId[] {
  const newest = [...heads].sort(
    (a, b) => b.depth - a.depth || compareIds(b.envelope.id, a.envelope.id),
  )
  return newest
    .slice(0, maxAfterIds)
    .map(({ envelope }) => envelope.id)
    .sort(compareIds)
}
