/**
 * Kinds of entries as bits of a number, to say cheaply which of them somebody may write.
 */
import { entryKinds, type EntryKind } from '#lib/wire/entry.ts'
import type { GivenRole } from './operation-types.ts'
import { roleMayWrite } from './roles.ts'

/** One bit per kind. */
export const bitOf = Object.fromEntries(
  entryKinds.map((kind, bit) => [kind, 1 << bit]),
) as Readonly<Record<EntryKind, number>>

/** The kinds that a role may write. */
export const writable: Readonly<Record<GivenRole, number>> = {
  viewer: kindsOf('viewer'),
  contributor: kindsOf('contributor'),
  admin: kindsOf('admin'),
}

function kindsOf(role: GivenRole): number {
  return entryKinds.reduce((bits, kind) => bits | (roleMayWrite(role, kind) ? bitOf[kind] : 0), 0)
}
