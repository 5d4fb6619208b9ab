/**
 * Files that a group made out of another one gets from there: the same ciphertext, from what this device has of the
 * old group, else from the old group's places.
 *
 * What the device has of the old group it then has of the new one, too. What it had to fetch only to pass it on is
 * given up again once it has arrived. A photo that is nowhere yet may still come: it is asked for again.
 *
 * Errors  StorageProblem
 * Source  docs/design.md §5 "Forking", §8
 */
import type { BlobId } from '#lib/base/ids.ts'
import type { BringBlob, Brought } from '#lib/sync/uploads.ts'
import { unsentOf } from './delivery.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { GroupSession } from './group-session.ts'
import { standingOf } from './standing.ts'

type Lending = Pick<EngineGroups, 'session' | 'isListed'>

/** Brings a blob of a forked group for sending. */
export async function bringFromOrigin(
  groups: Lending,
  to: Pick<GroupSession, 'replica' | 'store'>,
  blob: BlobId,
): ReturnType<BringBlob> {
  const fork = to.replica.secrets().fork
  if (fork === undefined) return 'never'
  const from = groups.session(fork.from)
  if (from === null) return (await groups.isListed(fork.from)) ? 'later' : 'never'
  if (await lend(from, to, blob)) return kept(await to.store.blobs.get(blob))
  if (standingOf(from.replica) === 'removed') return 'never'
  return passOn(from, blob)
}

/** Makes a blob of a forked group available here for looking at; false where it has to come from a place. */
export async function lendFromOrigin(
  groups: Lending,
  to: Pick<GroupSession, 'replica' | 'store'>,
  blob: BlobId,
): Promise<boolean> {
  const fork = to.replica.secrets().fork
  const from = fork === undefined ? null : groups.session(fork.from)
  if (from === null) return false
  return (await to.store.blobs.has(blob)) || (await lend(from, to, blob))
}

/** Photos that exist here alone, or of which the group made out of this one still lacks something. */
export async function owedOf(
  groups: Pick<EngineGroups, 'session' | 'continuedIn'>,
  from: GroupSession,
): Promise<number> {
  const { items, unread, entries } = await unsentOf(from)
  const here = items.size + unread + (entries.size > 0 ? 1 : 0)
  const to = groups.continuedIn(from.group)
  const session = to === null ? null : groups.session(to)
  if (session === null) return here
  const { items: waiting } = await unsentOf(session)
  return here + waiting.size + (session.replica.secrets().fork?.isDone === false ? 1 : 0)
}

/** Copies a blob from one group's store to the other's; false where it is not there. */
export async function lend(
  from: Pick<GroupSession, 'store'>,
  to: Pick<GroupSession, 'store'>,
  blob: BlobId,
): Promise<boolean> {
  const ciphertext = await from.store.blobs.get(blob)
  if (ciphertext === null) return false
  await to.store.blobs.put(blob, ciphertext)
  return true
}

function kept(ciphertext: Blob | null): Brought | 'later' {
  return ciphertext === null ? 'later' : { ciphertext, release: () => Promise.resolve() }
}

async function passOn(from: GroupSession, blob: BlobId): ReturnType<BringBlob> {
  if (!(await from.connections.downloads.fetch(blob, 0))) return 'later'
  const ciphertext = await from.store.blobs.get(blob)
  if (ciphertext === null) return 'later'
  return { ciphertext, release: () => from.store.blobs.remove(blob) }
}
