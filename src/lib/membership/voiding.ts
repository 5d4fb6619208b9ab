/**
 * Voiding: what removals undo in a set of operations (strong removal).
 *
 * A removal voids what its target did concurrently with or after it. What rests on a void act alone is void too:
 * each operation is judged again in what is left of its own past. Which removals stand is decided by descending rank
 * of their authors (a member's removals of their own devices first), so that they cannot form cycles; one that stands
 * is not undone by a later-decided one. A member's removals of their own devices do not void one another: two devices
 * that remove each other are both out. But a phone that its owner's tablet removed cannot take the owner out as well: a
 * removal of oneself is void like any other act. A removal of somebody who was promoted concurrently, to a rank
 * above its author's, has no effect.
 *
 * Shape   what is void, as bits by node index; null where nothing is (nearly always)
 * Cost    nothing without removals; a merge is judged from its deepest parent's judgement on, and anew only where
 *         removals and promotions undo or outrank each other
 * Errors  none
 * Source  docs/design.md §5 "Evaluation"
 */
import type { DeviceId, MemberId } from '#lib/base/ids.ts'
import { createBits, forEachBit, hasBit, setBit, type Bits } from './bits.ts'
import { closureOf, compareNodes, isBefore, sightOf, type History, type OpNode } from './history.ts'
import { compareRanks } from './roles.ts'
import { reasonAgainst } from './rules.ts'

/** A set of operations, closed under "before", and what is void in it. */
export interface View {
  readonly set: Bits
  readonly voided: Bits | null
}

/** What is seen from these nodes: they and everything before them. */
export function viewOf(history: History, nodes: readonly OpNode[]): View {
  const set = closureOf(history, nodes)
  const [first, ...others] = nodes
  if (first === undefined) return { set, voided: null }
  // On top of its own past an operation voids nothing: whatever it could undo is in that past.
  if (others.length === 0) return { set, voided: first.voidBefore }
  const removals = history.removals.filter((removal) => hasBit(set, removal.index))
  if (removals.length === 0) return { set, voided: null }
  const base = others.reduce((a, b) => (compareNodes(a, b) < 0 ? b : a), first)
  const extended = extend(history, { base, set, removals })
  return { set, voided: extended === 'judge' ? judge(history, set, removals) : extended }
}

interface Extension {
  readonly base: OpNode
  readonly set: Bits
  readonly removals: readonly OpNode[]
}

function extend(history: History, { base, set, removals }: Extension): Bits | null | 'judge' {
  const known = closureOf(history, [base])
  const fresh: OpNode[] = []
  forEachBit(set, known, (index) => {
    const node = history.nodes[index]
    if (node !== undefined) fresh.push(node)
  })
  if (fresh.some(isPromotion)) return 'judge'
  const voided = createBits(history.nodes.length)
  if (base.voidBefore !== null) voided.set(base.voidBefore)
  const holding = removals.filter((removal) => !hasBit(voided, removal.index))
  const standing = new Set(holding.filter((removal) => hasBit(known, removal.index)))
  for (const node of fresh) voidIfUndone(history, { node, standing, voided })
  for (const removal of holding) {
    if (standing.has(removal) || hasBit(voided, removal.index)) continue
    if (isOutranked(history, { set, voided, removal })) return 'judge'
    standing.add(removal)
    // Nothing is protected here: a removal that would fall shows below, and sends all to `judge`.
    const undone = actsOfTarget(history, set, removal)
    spread(history, { set, standing: new Set(), voided }, undone)
  }
  if (hasNewlyVoidDecision(history, voided, base.voidBefore)) return 'judge'
  return voided.some((word) => word !== 0) ? voided : null
}

/** Where a removal or promotion became void, what it had undone or outranked must be asked again. */
function hasNewlyVoidDecision(history: History, voided: Bits, before: Bits | null): boolean {
  let found = false
  forEachBit(voided, before, (index) => {
    const node = history.nodes[index]
    if (node !== undefined && (node.operation.op === 'remove' || isPromotion(node))) found = true
  })
  return found
}

function isPromotion(node: OpNode): boolean {
  return (node.sets?.rank ?? null) !== null
}

function judge(history: History, set: Bits, removals: readonly OpNode[]): Bits | null {
  const contested = removals
    .filter((removal) => isContested(history, set, removal))
    .sort((a, b) => compareRemovals(history, a, b))
  if (contested.length === 0) return null
  const judgement = { set, standing: new Set<OpNode>(), voided: createBits(history.nodes.length) }
  for (const removal of contested) {
    if (hasBit(judgement.voided, removal.index)) continue
    if (isOutranked(history, { ...judgement, removal })) spread(history, judgement, [removal])
    else {
      judgement.standing.add(removal)
      const undone = actsOfTarget(history, set, removal).filter(
        (act) => !judgement.standing.has(act),
      )
      spread(history, judgement, undone)
    }
  }
  return judgement.voided
}

interface Judgement {
  readonly set: Bits
  /** Removals decided to stand. */
  readonly standing: ReadonlySet<OpNode>
  readonly voided: Bits
}

/** Makes these void, and what they alone supported: everything after them is judged in what is left of its past. */
function spread(history: History, judgement: Judgement, undone: readonly OpNode[]): void {
  const { set, standing, voided } = judgement
  const news = undone.filter((node) => !hasBit(voided, node.index)).map(({ index }) => index)
  if (news.length === 0) return
  for (const index of news) setBit(voided, index)
  for (let index = Math.min(...news) + 1; index < history.nodes.length; index++) {
    const node = history.nodes[index]
    if (node === undefined || !hasBit(set, index) || hasBit(voided, index)) continue
    if (standing.has(node) || !news.some((other) => hasBit(node.past, other))) continue
    if (reasonAgainst(node, sightOf(history, node.past, voided)) === null) continue
    setBit(voided, index)
    news.push(index)
  }
}

function voidIfUndone(
  history: History,
  { node, standing, voided }: { node: OpNode; standing: ReadonlySet<OpNode>; voided: Bits },
): void {
  const undone =
    [...standing].some((removal) => voids(history, removal, node)) ||
    reasonAgainst(node, sightOf(history, node.past, voided)) !== null
  if (undone) setBit(voided, node.index)
}

/** Whether the removal itself undoes the act: its target's, and not before the removal. */
export function voids(history: History, removal: OpNode, act: OpNode): boolean {
  if (act === removal || isBefore(act, removal) || removal.operation.op !== 'remove') return false
  const { target } = removal.operation
  if ('invitation' in target) return false
  const byTarget =
    'device' in target ? act.author === target.device : act.actor?.member === target.member
  if (!byTarget || isReadmitted(history, removal, act)) return false
  return !(isOwnDevice(history, act) && act.actor?.member === removal.actor?.member)
}

/** Whether somebody removes a device of their own. */
function isOwnDevice(history: History, act: OpNode): boolean {
  const { operation } = act
  return operation.op === 'remove' && 'device' in operation.target && isOwn(history, act)
}

function isReadmitted(history: History, removal: OpNode, act: OpNode): boolean {
  const admissions = history.admissionsByDevice.get(act.author) ?? []
  return admissions.some((node) => isBefore(removal, node) && isBefore(node, act))
}

/** Whether somebody removes themself or a device of their own. */
function isOwn(history: History, { operation, actor }: OpNode): boolean {
  if (operation.op !== 'remove' || actor === null || 'invitation' in operation.target) return false
  return targetMembers(history, operation.target).includes(actor.member)
}

function targetMembers(
  history: History,
  target: { member: MemberId } | { device: DeviceId },
): MemberId[] {
  if ('member' in target) return [target.member]
  const admissions = history.admissionsByDevice.get(target.device) ?? []
  return admissions.flatMap((node) => node.admits?.member ?? [])
}

function isContested(history: History, set: Bits, removal: OpNode): boolean {
  return (
    actsOfTarget(history, set, removal).length > 0 ||
    concurrentPromotions(history, set, removal).length > 0
  )
}

/** What a removal undoes by itself. */
function actsOfTarget(history: History, set: Bits, removal: OpNode): OpNode[] {
  if (removal.operation.op !== 'remove' || 'invitation' in removal.operation.target) return []
  const { target } = removal.operation
  const admissions = 'member' in target ? history.admissionsByMember.get(target.member) : undefined
  const devices =
    'device' in target ? [target.device] : (admissions ?? []).flatMap((n) => n.admits?.device ?? [])
  return [...new Set(devices)]
    .flatMap((device) => history.byAuthor.get(device) ?? [])
    .filter((act) => hasBit(set, act.index) && voids(history, removal, act))
}

function concurrentPromotions(history: History, set: Bits, removal: OpNode): OpNode[] {
  if (removal.operation.op !== 'remove' || 'invitation' in removal.operation.target) return []
  return targetMembers(history, removal.operation.target)
    .flatMap((member) => history.settingsByMember.get(member) ?? [])
    .filter(
      (node) =>
        hasBit(set, node.index) &&
        (node.sets?.rank ?? null) !== null &&
        !isBefore(node, removal) &&
        !isBefore(removal, node),
    )
}

function isOutranked(
  history: History,
  { set, voided, removal }: { set: Bits; voided: Bits; removal: OpNode },
): boolean {
  const own = removal.actor?.rank ?? null
  if (own === null || isOwn(history, removal)) return false
  return concurrentPromotions(history, set, removal).some((node) => {
    const rank = node.sets?.rank ?? null
    return rank !== null && !hasBit(voided, node.index) && compareRanks(rank, own) < 0
  })
}

function compareRemovals(history: History, a: OpNode, b: OpNode): number {
  const [rankA, rankB] = [a.actor?.rank ?? null, b.actor?.rank ?? null]
  if (rankA === null || rankB === null) {
    if (rankA !== rankB) return rankA === null ? 1 : -1
  } else if (compareRanks(rankA, rankB) !== 0) return compareRanks(rankA, rankB)
  const nearness = (removal: OpNode) =>
    Number(isOwn(history, removal)) + Number(isOwnDevice(history, removal))
  return nearness(b) - nearness(a) || compareNodes(a, b)
}
