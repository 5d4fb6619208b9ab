/**
 * Gives a group back to a relay that has lost everything of it: the operations, by the request that founds a group.
 * Entries and blobs follow over the feed, as to any relay that starts anew (feed-session.ts, uploads.ts).
 *
 * A relay says of a group it has lost what it says to strangers, so every refusal may mean that. Where it answers
 * that it has the group, the refusal was meant, and it is not asked again for a while. One that is just too busy is.
 *
 * Units   times in milliseconds
 * Errors  none: what does not work now is tried again after a later refusal
 * Source  docs/design.md §9; relay/routes/hosting-routes.ts
 */
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import type { OpId } from '#lib/base/ids.ts'
import { hourMs } from '#lib/base/time.ts'
import type { RelayPlace } from '#lib/membership/operation.ts'
import { maxOps } from '#lib/wire/limits.ts'
import { hostPath } from '#lib/wire/paths.ts'
import type { Replica } from './replica.ts'

export interface GiveBackParts {
  readonly replica: Replica
  readonly place: RelayPlace
  readonly fetch: typeof fetch
  readonly clock: () => number
}

export interface GiveBack {
  /** True if the relay had lost the group and has just taken it again. Offline: false. */
  offer(): Promise<boolean>
  /** Whether it has said that it keeps the group: then it means this device when it refuses it. */
  keepsGroup(): boolean
}

const tooMany = 429

/** For one relay, which was asked nothing yet. */
export function createGiveBack(parts: GiveBackParts): GiveBack {
  let answered: { readonly status: number; readonly atMs: number } | null = null
  return {
    async offer() {
      if (answered !== null && parts.clock() - answered.atMs < hourMs) return false
      const status = await ask(parts)
      if (status !== null && status !== tooMany) answered = { status, atMs: parts.clock() }
      return status === 201
    },
    keepsGroup: () => answered?.status === 200,
  }
}

async function ask({ replica, place, fetch }: GiveBackParts): Promise<number | null> {
  const entries = await operationsOf(replica)
  if (entries.length === 0 || entries.length > maxOps) return null
  try {
    const { status } = await fetch(new URL(hostPath, place.address), {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/cbor' },
      body: plainBytes(encodeCbor({ code: null, entries })),
    })
    return status
  } catch {
    return null
  }
}

/** What relays take of the operations, each after those it names. */
async function operationsOf({ log }: Replica): Promise<Bytes[]> {
  const { membership } = log
  const ordered = new Set<OpId>()
  const open = [...(membership.state()?.heads ?? [])]
  for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
    const parents = membership.operation(id)?.operation.parents ?? []
    const before = parents.filter((parent) => !ordered.has(parent))
    open.push(...before)
    if (before.length > 0) continue
    ordered.add(id)
    open.pop()
  }
  const entries = await log.entries([...ordered])
  return entries.map(({ bytes }) => bytes)
}
