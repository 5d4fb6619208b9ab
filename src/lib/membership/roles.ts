/**
 * Roles and ranks: who may do what to whom.
 *
 * Shape   roles viewer < contributor < admin < owner. A *rank* belongs to admins only and is fixed on becoming
 *         one: (length of the promotion chain from the founder, depth of the promoting op, its id); smaller is
 *         higher. The owner is the admin of the highest rank.
 * Source  docs/design.md §5, §7
 */
import type { OpId } from '#lib/base/ids.ts'
import { roles, type Role } from './operation-types.ts'

export interface Rank {
  readonly chain: number
  readonly depth: number
  readonly id: OpId
}

/** Negative where `a` ranks higher. */
export function compareRanks(a: Rank, b: Rank): number {
  return a.chain - b.chain || a.depth - b.depth || compareIds(a.id, b.id)
}

/** Byte order of ids. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Members by what they may do: viewer < contributor < admin < owner. */
export function roleAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least)
}

// The least role per kind, by the envelope alone: whether a `release` is of the uploader's own blobs, or an
// `unpublish` of a picture of oneself, stands in the body and is checked where bodies are read.
const leastRoles: Readonly<Record<string, Role>> = {
  op: 'viewer',
  talk: 'viewer',
  mark: 'viewer',
  held: 'viewer',
  unpublish: 'viewer',
  bundle: 'contributor',
  snapshot: 'contributor',
  release: 'contributor',
  keep: 'contributor',
  public: 'admin',
}

/** Whether a role may write entries of that kind (docs/design.md §7's table); for `op` the rules of §5 decide further. */
export function roleMayWrite(role: Role, kind: string): boolean {
  const least = Object.hasOwn(leastRoles, kind) ? leastRoles[kind] : undefined
  return least !== undefined && roleAtLeast(role, least)
}
