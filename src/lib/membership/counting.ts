/**
 * What counts: which entries of a feed a device takes into its documents.
 *
 * An entry counts if everything in its past is known, its author's role *in the entry's own past* allows its
 * kind, and (1) the author is live, or (2) the entry is in the past of that author's removal, or (3) in the
 * past of a counting entry by a live device that may itself write that kind. Past = closure over `after` and,
 * for ops, `parents` (placing.ts says what happens where somebody withholds a part of it). Same set of entries, same
 * answer, on every device. An entry of kind `op` counts if the operation is valid in the log.
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
import { createPlacing, type Placed, type Placing } from './placing.ts'
import { createSequences, type Fork, type NumberedEntry } from './sequences.ts'
import { bitOf, writable } from './kind-bits.ts'
import type { MembershipLog } from './log.ts'
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
  /** The other entries here with the (author, seq) of this one. */
  doubles(entry: NumberedEntry): EntryId[]
  /** Two different entries with one (author, seq). */
  forks(): readonly Fork[]
}

interface Graph {
  readonly log: MembershipLog
  readonly placing: Placing
  readonly heads: Set<Placed>
  readonly authors: Map<DeviceId, boolean>
  /** Entries in the past of their author's removal. */
  readonly before: Set<Placed>
  version: number
  /** Entries have come since the order was settled. */
  unsettled: boolean
  stale: boolean
}

/** An empty graph over a membership log. */
export function createEntryGraph(log: MembershipLog): EntryGraph {
  const graph: Graph = {
    ...{ log, heads: new Set(), authors: new Map(), before: new Set() },
    ...{ version: log.version(), unsettled: false, stale: false },
    placing: createPlacing(log, (placed) => {
      take(graph, placed)
    }),
  }
  const { placing } = graph
  const sequences = createSequences()
  const current = (): Graph => {
    refresh(graph)
    return graph
  }
  const placedOf = (id: EntryId): Placed | undefined => current().placing.placed.get(id)
  return {
    add(envelopes) {
      refresh(graph)
      for (const envelope of envelopes) {
        if (placing.has(envelope.id)) continue
        sequences.add(envelope)
        graph.unsettled = true
        placing.deliver(envelope)
      }
    },
    has: placing.has,
    counts: (id) => placedOf(id)?.counts ?? false,
    heads: () => newestHeads(current()),
    gapless: (author) => sequences.gapless(author),
    authors: () => sequences.authors(),
    missing: () => current().placing.missing,
    opHeads: (id) => placedOf(id)?.opsWith ?? [],
    depth: (id) => placedOf(id)?.depth ?? 0,
    doubles: (entry) => sequences.doubles(entry),
    forks: () => sequences.forks(),
  }
}

/** Judges what has been placed, or leaves it to the next look. */
function take(graph: Graph, placed: Placed): void {
  const { author, kind } = placed.envelope
  if (!graph.authors.has(author)) graph.authors.set(author, isLive(graph, author))
  // A removal's own entry brings the past that rule (2) is about.
  if (kind === 'op' && [...graph.authors.values()].includes(false)) graph.stale = true
  if (!graph.stale) judge(graph, placed)
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
    graph.unsettled = true
  }
  if (graph.unsettled) {
    graph.unsettled = false
    if (graph.placing.settle().anew) graph.stale = true
  }
  if (graph.stale) judgeAll(graph)
}

function judgeAll(graph: Graph): void {
  graph.stale = false
  for (const { envelope } of graph.placing.inOrder) graph.authors.set(envelope.author, false)
  for (const author of graph.authors.keys()) graph.authors.set(author, isLive(graph, author))
  collectBeforeRemovals(graph)
  graph.heads.clear()
  for (const placed of graph.placing.inOrder) {
    placed.endorsed = 0
    placed.counts = false
    placed.followed = false
  }
  for (const placed of graph.placing.inOrder) judge(graph, placed)
}

function collectBeforeRemovals(graph: Graph): void {
  graph.before.clear()
  for (const [author, live] of graph.authors) {
    if (live) continue
    const starts = graph.log.removalsOf(author).flatMap((id) => graph.placing.placed.get(id) ?? [])
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
